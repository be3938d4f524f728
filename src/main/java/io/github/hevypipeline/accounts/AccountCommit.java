package io.github.hevypipeline.accounts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.AccountPath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The commit of one account's load: which rows of which package files are its, and the state from which the next follows.
 *
 * <p>Immutable. Written once under its number; the account's newest commit is the one with the highest.
 *
 * @param sequence counts the account's commits from 1; 0 before the first
 * @param loadId Unix seconds as decimal text, greater than that of the commit before
 * @param previousLoadId null for the first
 * @param committedAt ISO 8601
 * @param tables by name; empty if only the state changed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccountCommit(
        String accountId,
        long sequence,
        String loadId,
        String previousLoadId,
        String committedAt,
        SortedMap<String, PackageFile> tables,
        State state) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * A file of a package; it has the rows of other accounts too.
     *
     * @param key the whole key of the object
     * @param sha256 in hexadecimal
     * @param rows how many are of this account
     */
    public record PackageFile(String key, String sha256, long rows) {}

    /**
     * What an account's next load follows.
     *
     * @param watermarks by resource: changes up to then have been fetched, as ISO 8601
     * @param refreshedAt by resource: when everything was fetched last, as ISO 8601
     * @param key whose key it was; null before the first load
     * @param user whom Hevy says the key belongs to; null if it does not say
     * @param items by resource the ids of its items, each with a digest of the item
     * @param heldBack a load that would have deleted much; null for none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record State(
            SortedMap<String, String> watermarks,
            SortedMap<String, String> refreshedAt,
            Key key,
            User user,
            SortedMap<String, SortedMap<String, String>> items,
            HeldBack heldBack) {
        private static final State NONE =
                new State(new TreeMap<>(), new TreeMap<>(), null, null, new TreeMap<>(), null);

        Optional<Instant> watermark(String resource) {
            return Optional.ofNullable(watermarks.get(resource)).map(Instant::parse);
        }

        Optional<Instant> refreshed(String resource) {
            return Optional.ofNullable(refreshedAt.get(resource)).map(Instant::parse);
        }

        /** The items of a resource, each id with its digest. */
        Map<String, String> items(String resource) {
            return items.getOrDefault(resource, new TreeMap<>());
        }

        State with(HeldBack held) {
            return new State(watermarks, refreshedAt, key, user, items, held);
        }
    }

    /** A salted hash of address and key, both in hexadecimal. */
    public record Key(String salt, String hash) {}

    /** The user of a key; {@code name} may be null. */
    public record User(String id, String name) {}

    /**
     * A load that was held back.
     *
     * @param finding tells the items whose deletion was held back from any others
     * @param foundAt when they were missing first, as ISO 8601
     */
    public record HeldBack(String finding, String foundAt) {}

    /** Before the first commit of an account. */
    public static AccountCommit none(String accountId) {
        return new AccountCommit(accountId, 0, null, null, null, new TreeMap<>(), State.NONE);
    }

    /** The folder of an account's commits, below the prefix of all accounts. */
    public static String folder(String accountId) {
        return "commits/" + accountId + "/";
    }

    /** Where the commit lies, below the prefix of all accounts. */
    public String path() {
        return folder(accountId) + String.format(Locale.ROOT, "%020d", sequence) + ".json";
    }

    /**
     * Reads a commit.
     *
     * @throws SystemError if it is none
     */
    public static AccountCommit read(String key, InputStream bytes) throws IOException {
        try (bytes) {
            AccountCommit commit = JSON.readValue(bytes, AccountCommit.class);
            if (commit.accountId == null || commit.loadId == null || commit.state == null || commit.tables == null) {
                throw damaged(key, "it lacks a field", null);
            }
            if (!commit.isSound(key)) {
                throw damaged(key, "it names what no commit of this program does", null);
            }
            return commit;
        } catch (JsonProcessingException e) {
            throw damaged(key, e.getOriginalMessage(), e);
        }
    }

    /** Whoever may write to the bucket may write a commit: nothing of it may become another key, or SQL. */
    private boolean isSound(String key) {
        return AccountPath.isAccountId(accountId)
                && sequence > 0
                && key.endsWith("/" + path())
                && AccountPath.isLoadId(loadId)
                && tables.entrySet().stream()
                        .allMatch(file ->
                                AccountPath.isPackageFile(file.getValue().key(), file.getKey())
                                        && AccountPath.isSha256(file.getValue().sha256()));
    }

    private static SystemError damaged(String key, String reason, Exception origin) {
        return new SystemError(
                ExitCode.S3,
                "The commit " + key + " is damaged: " + reason + ".",
                "Restore it from a backup, or delete all commits of the account: its next load then reads everything anew.",
                origin);
    }

    /** The announcement of the commit, as JSON. */
    String announcement() {
        return String.format(
                Locale.ROOT, "{\"account_id\":\"%s\",\"sequence\":%d,\"load_id\":\"%s\"}", accountId, sequence, loadId);
    }

    /** Writes the commit to a local file. */
    void write(Path file) throws IOException {
        JSON.writeValue(file.toFile(), this);
    }
}
