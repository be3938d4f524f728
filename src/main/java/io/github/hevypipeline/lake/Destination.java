package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.files.UserPath;
import io.github.hevypipeline.lake.internal.DatasetPath;
import io.github.hevypipeline.report.TerminalText;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the lake lies: a bucket on S3 or a folder, and the prefixes in it. Immutable; makes every object key there is.
 *
 * @param bucket the bucket's name; in a folder, that of the subfolder that stands for it
 * @param rawPrefix the folder of the raw dataset, without slashes at its ends
 * @param transformedPrefix the folder of what the transform makes
 * @param accountsPrefix the folder of the changes of many accounts
 * @param endpoint the S3 endpoint, or an empty text for AWS itself
 * @param folder as the user wrote it; empty for S3
 */
public record Destination(
        String bucket,
        String rawPrefix,
        String transformedPrefix,
        String accountsPrefix,
        String endpoint,
        String folder) {
    private static final Pattern BUCKET = Pattern.compile("(?!.*\\.\\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*");
    /** A folder or a file of the transformed tables; dbt lets the name of a model hold letters of any script. */
    private static final Pattern TRANSFORMED =
            Pattern.compile("(?!\\.{1,2}/)[\\p{L}\\p{M}\\p{N} !_.*'()-]+/(?!\\.{1,2}$)[\\p{L}\\p{M}\\p{N} !_.*'()-]+");

    private static final String ACCOUNTS = "accounts";
    private static final String DATASET = "hevy";
    private static final String FOLDERS_BUCKET = "hevy";
    private static final int MAX_SHOWN = 120;
    private static final int SHORT_HASH_BYTES = 6;

    public Destination {
        List<String> problems = problems(bucket, rawPrefix, transformedPrefix);
        if (!problems.isEmpty()) {
            throw new ConfigError(ExitCode.CONFIGURATION, String.join(" ", problems), "Correct the setting.");
        }
    }

    /** A lake on S3 that has one account. */
    public Destination(String bucket, String rawPrefix, String transformedPrefix, String endpoint) {
        this(bucket, rawPrefix, transformedPrefix, ACCOUNTS, endpoint, "");
    }

    /** A lake on S3. */
    public static Destination onS3(
            String bucket, String rawPrefix, String transformedPrefix, String accountsPrefix, String endpoint) {
        return new Destination(bucket, rawPrefix, transformedPrefix, accountsPrefix, endpoint, "");
    }

    /** A lake in a folder. */
    public static Destination inFolder(
            String folder, String rawPrefix, String transformedPrefix, String accountsPrefix) {
        return new Destination(FOLDERS_BUCKET, rawPrefix, transformedPrefix, accountsPrefix, "", folder);
    }

    /** Whether the lake is kept in a folder. */
    public boolean isFolder() {
        return !folder.isEmpty();
    }

    /** The folder below which the keys are relative paths; only for a lake in a folder. */
    public Path root() {
        return UserPath.of(folder).resolve(bucket);
    }

    /** The store, for messages. */
    public String store() {
        return isFolder() ? "The folder " + folder : "S3";
    }

    /** What lists the objects, for messages. */
    String lister() {
        return isFolder() ? "its file system" : "the S3 server";
    }

    /** The place of the objects, for messages. */
    public String place() {
        return isFolder() ? "the folder " + folder : "the bucket";
    }

    /** The exit code of a run that its store fails. */
    public ExitCode failure() {
        return isFolder() ? ExitCode.LOCAL_DISK : ExitCode.S3;
    }

    private String uri(String path) {
        return (isFolder() ? Path.of(folder).resolve(bucket) : "s3://" + bucket) + "/" + path + "/";
    }

    /** The problems of the names, each with its rule; empty if they are valid. */
    public static List<String> problems(String bucket, String rawPrefix, String transformedPrefix) {
        List<String> problems = new ArrayList<>();
        if (!BUCKET.matcher(bucket).matches()) {
            problems.add("S3_BUCKET_NAME is not the name of a bucket: " + bucket
                    + ". Give the name alone: 3 to 63 lower-case letters, digits, dots and hyphens.");
        }
        addProblem("S3_RAW_PREFIX", rawPrefix, problems);
        addProblem("S3_TRANSFORMED_PREFIX", transformedPrefix, problems);
        if (liesInEachOther(rawPrefix, transformedPrefix)) {
            problems.add(
                    "S3_TRANSFORMED_PREFIX and S3_RAW_PREFIX lie in each other: the raw tables would be in " + rawPrefix
                            + "/" + DATASET + "/, the transformed ones in " + transformedPrefix
                            + "/. Give each a folder of its own, for example raw and transformed.");
        }
        return problems;
    }

    /** The problems of the prefix of many accounts beside the others; empty if there is none. */
    public static List<String> problemsOfAccounts(String accountsPrefix, String rawPrefix, String transformedPrefix) {
        List<String> problems = new ArrayList<>();
        addProblem("ACCOUNTS_PREFIX", accountsPrefix, problems);
        boolean overlaps = Stream.of(rawPrefix + "/" + DATASET + "/", transformedPrefix + "/")
                .anyMatch(other -> other.startsWith(accountsPrefix + "/") || (accountsPrefix + "/").startsWith(other));
        if (overlaps) {
            problems.add("ACCOUNTS_PREFIX and the folder of S3_RAW_PREFIX or S3_TRANSFORMED_PREFIX lie in each other: "
                    + accountsPrefix + ". Give it a folder of its own, for example accounts.");
        }
        return problems;
    }

    /** A mart in a raw table's folder would be read as its rows; a raw table in a mart's, as the mart's. */
    private static boolean liesInEachOther(String raw, String transformed) {
        return (transformed + "/").startsWith(raw + "/" + DATASET + "/") || (raw + "/").startsWith(transformed + "/");
    }

    private static void addProblem(String setting, String prefix, List<String> problems) {
        boolean climbs = prefix.startsWith("./")
                || prefix.startsWith("../")
                || prefix.contains("/../")
                || prefix.contains("/./")
                || prefix.endsWith("/..")
                || prefix.endsWith("/.")
                || prefix.equals(".")
                || prefix.equals("..");
        if (climbs || !PREFIX.matcher(prefix).matches()) {
            problems.add(
                    setting + " is not a usable prefix: " + prefix
                            + ". Give names divided by single slashes, with no slash at the ends, for example raw or lake/raw.");
        }
    }

    /** The folder of the raw dataset, for messages. */
    public String rawUri() {
        return uri(rawPrefix + "/" + DATASET);
    }

    /** The folder of a transformed table, for messages. */
    public String transformedUri(String table) {
        return uri(transformedPrefix + "/" + table);
    }

    /** The prefix of all keys of the raw dataset. */
    public String rawFolder() {
        return rawPrefix + "/" + DATASET + "/";
    }

    /** The folder of everything transformed. */
    public String transformedPlace() {
        return uri(transformedPrefix);
    }

    /** The key of a raw file or of an object of the load log, by its path in the dataset's folder. */
    public String rawKey(String path) {
        return rawFolder() + DatasetPath.require(path);
    }

    /** The key of a transformed table's file. */
    public String transformedKey(String table, String file) {
        return key(transformedPrefix + "/" + table + "/" + file);
    }

    /** The key of an object of many accounts, by its path below their prefix. */
    public String accountsKey(String path) {
        return key(accountsFolder() + path);
    }

    /** The prefix of all keys of many accounts. */
    public String accountsFolder() {
        return accountsPrefix + "/";
    }

    /** The folder of many accounts, for messages. */
    public String accountsUri() {
        return uri(accountsPrefix);
    }

    /** A transformed table's file, to be put under its key. */
    public StagedObject transformed(String table, String fileName, File file) {
        return new StagedObject(transformedKey(table, fileName), file);
    }

    /**
     * The one door to the path of a file, and to the header from which the S3 producer takes a key: it would evaluate
     * one with {@code ${…}} in it (CVE-2026-95664).
     *
     * @throws SystemError if it is not the key of an object that this program reads, writes or deletes
     */
    public String key(String text) {
        boolean raw = text.startsWith(rawFolder())
                && DatasetPath.of(text.substring(rawFolder().length())).isPresent();
        boolean transformed = text.startsWith(transformedPrefix + "/")
                && TRANSFORMED
                        .matcher(text.substring(transformedPrefix.length() + 1))
                        .matches();
        boolean ofAccounts = text.startsWith(accountsFolder())
                && AccountPath.isObject(text.substring(accountsFolder().length()));
        if (!raw && !transformed && !ofAccounts) {
            throw new SystemError(
                    ExitCode.BUG,
                    "Not a key of this lake, so nothing was done with it: " + TerminalText.of(text, MAX_SHOWN),
                    "Please report this.");
        }
        return text;
    }

    /**
     * A short name for the folder of this destination's local files. The endpoint is not in it, since that of a local
     * server may change from run to run; the names of raw files are unique by their load ids anyway.
     * Folders have the same bucket, so that of a folder depends on its path.
     */
    String localName() {
        String place = isFolder() ? root().toAbsolutePath().normalize().toString() : bucket;
        byte[] hash = Sha256.of((place + '\0' + rawPrefix).getBytes(StandardCharsets.UTF_8));
        return bucket + "-" + HexFormat.of().formatHex(hash, 0, SHORT_HASH_BYTES);
    }
}
