package io.github.hevypipeline.accounts;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.hevy.HevyAccount;
import io.github.hevypipeline.lake.DeletionGuard;
import io.github.hevypipeline.lake.ItemDeduplicator;
import io.github.hevypipeline.lake.LakeAccount;
import io.github.hevypipeline.lake.Load;
import io.github.hevypipeline.lake.LoadIds;
import io.github.hevypipeline.lake.Staging;
import io.github.hevypipeline.lake.SyncPlan;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The load of one account of many: what it fetches, and what of that is new against the account's newest commit.
 *
 * <p>Not thread-safe, except as {@link Load} says. Changed items wait in its folder for the package that takes them. Its
 * owner closes it.
 */
public final class AccountLoad extends Load {
    private static final int DIGEST_BYTES = 10;
    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();
    /** A load with more has a package of its own, so that small accounts need not wait for it; so have loads together. */
    static final long LARGE_BYTES = 32L << 20;

    /** Escapes whatever is not ASCII, since a lone surrogate has no UTF-8. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build();

    private final AccountTask task;
    private final HevyAccount account;
    private final AccountCommit base;
    private final String source;
    private final Instant startedAt;
    private final Options options;
    private final Path folder;
    private final Map<Resource, Found> found = new LinkedHashMap<>();
    /** Null until Hevy was asked. */
    private LakeAccount ofKey;

    private boolean proven;
    private AccountCommit.HeldBack heldBack;
    private long deletionsHeldBack;

    /**
     * How accounts are loaded.
     *
     * @param fullRefresh whether everything is fetched
     * @param allowDeletions whether a load may delete much at once
     * @param listsAfter how old the last reading of a resource without a feed of changes may be
     */
    public record Options(boolean fullRefresh, boolean allowDeletions, Duration listsAfter) {}

    /**
     * What a load found of one resource against the commit before.
     *
     * @param digests the fetched items that exist, each id with its digest
     * @param changed how many of them are new or differ; they are in {@code file}, one a line
     * @param bytes of these
     * @param gone the committed items that do not exist any more
     */
    private record Found(Map<String, String> digests, long changed, long bytes, Set<String> gone, Path file) {
        boolean isEmpty() {
            return changed == 0 && gone.isEmpty();
        }
    }

    AccountLoad(
            AccountTask task,
            HevyAccount account,
            AccountCommit base,
            String source,
            List<Resource> resources,
            Path folder,
            Instant startedAt,
            Options options) {
        super(folder, plans(base, resources, startedAt, options));
        this.task = task;
        this.account = account;
        this.base = base;
        this.source = source;
        this.startedAt = startedAt;
        this.options = options;
        this.folder = folder;
    }

    private static Map<Resource, SyncPlan> plans(
            AccountCommit base, List<Resource> resources, Instant startedAt, Options options) {
        Map<Resource, SyncPlan> plans = new LinkedHashMap<>();
        for (Resource resource : resources) {
            plans.put(
                    resource,
                    SyncPlan.of(
                            resource,
                            new SyncPlan.Situation(
                                    options.fullRefresh(),
                                    base.state().items().containsKey(resource.name()),
                                    base.state().watermark(resource.name()),
                                    base.state().refreshed(resource.name()),
                                    startedAt)));
        }
        return plans;
    }

    public AccountTask getTask() {
        return task;
    }

    public HevyAccount getAccount() {
        return account;
    }

    AccountCommit base() {
        return base;
    }

    String accountId() {
        return task.entry().accountId();
    }

    @Override
    protected Instant startedAt() {
        return startedAt;
    }

    @Override
    protected Optional<Instant> committedWatermark(Resource resource) {
        return base.state().watermark(resource.name());
    }

    private Map<String, String> committed(Resource resource) {
        return base.state().items(resource.name());
    }

    // --- Whose data it is

    private Optional<LakeAccount> owner() {
        AccountCommit.Key key = base.state().key();
        AccountCommit.User user = base.state().user();
        return key == null
                ? Optional.empty()
                : Optional.of(new LakeAccount(
                        user == null ? null : user.id(), user == null ? null : user.name(), key.salt(), key.hash()));
    }

    @Override
    public boolean isAccountToBeAsked() {
        return ofKey == null && owner().filter(owner -> owner.isOf(source)).isEmpty();
    }

    @Override
    public boolean isAccountToBeAskedFirst() {
        return base.sequence() > 0 && isAccountToBeAsked();
    }

    @Override
    public void takeAccount(String id, String name) {
        ofKey = LakeAccount.told(id, name, source);
        if (owner().filter(ofKey::isAnotherThan).isPresent()) {
            throw refusal("belongs to " + ofKey.shown());
        }
        proven = owner().isEmpty() || owner().filter(ofKey::isSameAs).isPresent();
    }

    @Override
    public boolean isAccountOpen(Resource resource) {
        if (ofKey == null || proven || !resource.identifiesAccount()) {
            return false;
        }
        ItemDeduplicator fetched = items(resource);
        Map<String, String> committed = committed(resource);
        proven = fetched.existing().stream().anyMatch(committed::containsKey)
                || fetched.deleted().stream().anyMatch(committed::containsKey);
        return !proven && !committed.isEmpty();
    }

    @Override
    public ConfigError refuseAccount(Resource resource) {
        return refusal("belongs to " + ofKey.shown() + " and shares none of the "
                + committed(resource).size() + " " + resource.name() + ", so it seems to be another account's");
    }

    private ConfigError refusal(String reason) {
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "The data of " + accountId() + " are those of "
                        + owner().map(LakeAccount::shown).orElse("another account") + ", but its key " + reason
                        + "; nothing was written.",
                "Put the right key where HEVY_ACCOUNTS says, or give the other account an account_id of its own.");
    }

    // --- What to fetch

    @Override
    public List<Resource> getFetchedResources() {
        return getResources();
    }

    @Override
    public SyncPlan begin(Resource resource) {
        if (resource.events() == null && !isDue(resource)) {
            plan(resource, SyncPlan.nothing("it is not due"));
        }
        return plan(resource);
    }

    /** Whether a resource without a feed of changes is to be read: those with one come before it. */
    private boolean isDue(Resource resource) {
        Optional<Instant> last = base.state().refreshed(resource.name());
        return options.fullRefresh()
                || last.isEmpty()
                || last.get().isAfter(startedAt)
                || !last.get().plus(options.listsAfter()).isAfter(startedAt)
                || found.values().stream().anyMatch(one -> !one.isEmpty());
    }

    @Override
    public void settled(Resource resource) throws IOException {
        if (!plan(resource).isNothing()) {
            found.put(resource, compare(resource));
            dropPages(resource);
        }
    }

    @Override
    public boolean canLeaveOut(Resource resource) {
        return resource.optional();
    }

    @Override
    public void leaveOut(Resource resource, String reason) throws IOException {
        forget(resource, SyncPlan.nothing(reason));
    }

    @Override
    public long expectedRows(Resource resource) {
        ItemDeduplicator fetched = items(resource);
        if (!plan(resource).isIncremental()) {
            return fetched.size();
        }
        Map<String, String> committed = committed(resource);
        long added = fetched.existing().stream()
                .filter(id -> !committed.containsKey(id))
                .count();
        long deleted = fetched.deleted().stream().filter(committed::containsKey).count();
        return committed.size() + added - deleted;
    }

    /** Null: the pages wait for {@link #settled}. */
    @Override
    public Staging staging(Resource resource) {
        return null;
    }

    @Override
    public String describe(Resource resource) {
        return accountId() + ": " + resource.name();
    }

    // --- Changes

    private Found compare(Resource resource) throws IOException {
        Map<String, String> committed = committed(resource);
        Map<String, String> digests = new TreeMap<>();
        Path file = folder.resolve(resource.name() + ".jsonl");
        long changed = 0;
        long bytes = 0;
        OutputStream out = null;
        try {
            for (KeptPage page : pages(resource)) {
                int position = 0;
                for (JsonNode element : elements(resource, page)) {
                    JsonNode item = page.pass() == 0
                            ? element
                            : element.path(resource.events().itemKey());
                    String id = item.path(resource.primaryKey()).asText();
                    if (item.isObject() && items(resource).lands(id, page.pass(), page.number(), position)) {
                        byte[] text = JSON.writeValueAsBytes(item);
                        String digest = BASE64.encodeToString(Arrays.copyOf(Sha256.of(text), DIGEST_BYTES));
                        digests.put(id, digest);
                        if (!digest.equals(committed.get(id))) {
                            out = out == null ? Files.newOutputStream(file) : out;
                            out.write(text);
                            out.write('\n');
                            changed++;
                            bytes += text.length + 1;
                        }
                    }
                    position++;
                }
            }
        } finally {
            if (out != null) {
                out.close();
            }
        }
        Set<String> gone = new TreeSet<>(plan(resource).isIncremental() ? List.of() : committed.keySet());
        gone.removeAll(digests.keySet());
        items(resource).deleted().stream().filter(committed::containsKey).forEach(gone::add);
        return new Found(digests, changed, bytes, gone, file);
    }

    /** Ends the fetching, and holds the load back if it would delete much. */
    public void finish() {
        StringBuilder finding = new StringBuilder();
        long much = 0;
        for (Map.Entry<Resource, Found> one : found.entrySet()) {
            Resource resource = one.getKey();
            Set<String> absent = new TreeSet<>(one.getValue().gone());
            absent.removeAll(items(resource).deleted());
            long before = committed(resource).size();
            if (!plan(resource).isIncremental()
                    && DeletionGuard.isMuch(
                            absent.size(), before, one.getValue().digests().size())) {
                much += absent.size();
                finding.append(resource.name())
                        .append('\n')
                        .append(String.join("\n", absent))
                        .append('\n');
            }
        }
        if (much == 0 || options.allowDeletions()) {
            return;
        }
        String digest = BASE64.encodeToString(Sha256.of(finding.toString().getBytes(StandardCharsets.UTF_8)));
        AccountCommit.HeldBack before = base.state().heldBack();
        boolean isKnown = before != null
                && before.finding().equals(digest)
                && !Instant.parse(before.foundAt()).isAfter(startedAt);
        heldBack = isKnown ? before : new AccountCommit.HeldBack(digest, startedAt.toString());
        boolean isBelieved = !Instant.parse(heldBack.foundAt())
                .plus(DeletionGuard.BELIEVED_AFTER)
                .isAfter(startedAt);
        deletionsHeldBack = isBelieved ? 0 : much;
    }

    /**
     * Checks that the load was not held back.
     *
     * @throws TransientError if it was
     */
    public void requireNotHeldBack() {
        if (deletionsHeldBack > 0) {
            throw new TransientError(
                    ExitCode.HEVY_API,
                    "The load of " + accountId() + " would delete " + deletionsHeldBack
                            + " items at once, so it is held back: Hevy's responses may be wrong.",
                    "Nothing: a round at least " + DeletionGuard.BELIEVED_AFTER.toMinutes()
                            + " minutes after the first that finds the same deletes them. To delete them at once set"
                            + " PIPELINE_ALLOW_DELETIONS=true.");
        }
    }

    /** Whether there are rows for a package. */
    public boolean isChanged() {
        return deletionsHeldBack == 0 && found.values().stream().anyMatch(one -> !one.isEmpty());
    }

    /** The bytes of its changed items. */
    long bytes() {
        return found.values().stream().mapToLong(Found::bytes).sum();
    }

    /** Whether its rows should have a package of their own. */
    public boolean isLarge() {
        return bytes() > LARGE_BYTES;
    }

    /** Whether there is anything to commit: rows, or a state that costs more to find again than to write. */
    public boolean isToBeCommitted() {
        if (deletionsHeldBack > 0) {
            return !heldBack.equals(base.state().heldBack());
        }
        return isChanged()
                || base.sequence() == 0
                || base.state().heldBack() != null
                || (proven && owner().filter(owner -> owner.isOf(source)).isEmpty())
                || found.keySet().stream().anyMatch(resource -> !plan(resource).isIncremental());
    }

    // --- The commit

    /** The resources with rows for a package. */
    List<Resource> changedResources() {
        return found.entrySet().stream()
                .filter(one -> !one.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The ids of the items of a resource that do not exist any more. */
    Set<String> gone(Resource resource) {
        return found.get(resource).gone();
    }

    /** The items of a resource that are new or differ; the caller closes them. */
    MappingIterator<ObjectNode> changedItems(Resource resource) throws IOException {
        Found one = found.get(resource);
        return one.changed() == 0
                ? MappingIterator.emptyIterator()
                : JSON.readerFor(ObjectNode.class).readValues(one.file().toFile());
    }

    /** The id of the load, greater than that of the account's load before. */
    String id() {
        return LoadIds.next(startedAt, base.loadId());
    }

    /** The commit of this load, given what the package has of it. */
    AccountCommit commit(SortedMap<String, AccountCommit.PackageFile> tables, Instant now) {
        return new AccountCommit(
                accountId(),
                base.sequence() + 1,
                id(),
                base.loadId(),
                now.toString(),
                tables,
                deletionsHeldBack > 0 ? base.state().with(heldBack) : nextState());
    }

    private AccountCommit.State nextState() {
        SortedMap<String, String> watermarks = new TreeMap<>(base.state().watermarks());
        SortedMap<String, String> refreshed = new TreeMap<>(base.state().refreshedAt());
        SortedMap<String, SortedMap<String, String>> items =
                new TreeMap<>(base.state().items());
        found.forEach((resource, one) -> {
            watermarks.put(resource.name(), nextWatermark(resource).toString());
            items.put(resource.name(), nextItems(resource, one));
            if (!plan(resource).isIncremental()) {
                refreshed.put(resource.name(), startedAt.toString());
            }
        });
        LakeAccount owner = proven ? ofKey : owner().orElse(ofKey);
        return new AccountCommit.State(
                watermarks,
                refreshed,
                owner == null ? null : new AccountCommit.Key(owner.salt(), owner.source()),
                owner == null || owner.id() == null ? null : new AccountCommit.User(owner.id(), owner.name()),
                items,
                null);
    }

    private SortedMap<String, String> nextItems(Resource resource, Found one) {
        SortedMap<String, String> next = new TreeMap<>();
        if (plan(resource).isIncremental()) {
            next.putAll(committed(resource));
            next.keySet().removeAll(one.gone());
        }
        next.putAll(one.digests());
        return next;
    }

    /** Where its commit is written before it is put. */
    Path commitFile() {
        return folder.resolve("commit.json");
    }

    /** Deletes its folder. */
    public void close() {
        delete();
    }
}
