package io.github.hevypipeline.accounts;

import io.github.hevypipeline.accounts.AccountStats.Outcome;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.Secrets;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.files.OwnFolder;
import io.github.hevypipeline.hevy.HevyAccount;
import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.lake.AccountPath;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.KeyListing;
import io.github.hevypipeline.lake.Lake;
import io.github.hevypipeline.lake.LoadIds;
import io.github.hevypipeline.lake.StagedObject;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads many accounts: decides what the routes read and put for each.
 *
 * <p>Thread-safe. The state of one account's load is in its {@link AccountLoad}, that of a round in its
 * {@link AccountRound}. Its creator closes it.
 */
public final class Accounts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);
    private static final int NAME_CHARACTERS = 8;
    private static final String FOLDER_PREFIX = "process-";
    /** Half the age at which the merge deletes files that no commit names. */
    private static final Duration PACKAGE_TOO_OLD = Duration.ofHours(12);

    private final Destination destination;
    private final String file;
    private final List<Resource> resources;
    private final Pace pace;
    private final Clock clock;
    private final Path workFolder;
    private final String baseUrl;
    private final UnaryOperator<String> environment;
    private final AccountLoad.Options options;
    private final AccountStats stats;
    /** The tables of packages; grows with the fields that accounts bring. */
    private DatasetSchema texts;
    /** For loads in progress; null before the first. */
    private OwnFolder own;

    /**
     * @param file the list of accounts
     * @param selection the resources to fetch, separated by commas
     * @param pace what the pace of each account begins as
     * @param workFolder for loads in progress, in a folder of this process
     * @param stats counts how the load of each account ends
     * @param environment gives the value of an environment variable, empty if it is not set
     */
    public Accounts(
            Lake lake,
            String file,
            String selection,
            String baseUrl,
            Pace pace,
            Clock clock,
            String workFolder,
            UnaryOperator<String> environment,
            AccountLoad.Options options,
            AccountStats stats) {
        this.destination = lake.getDestination();
        this.file = file;
        this.resources = lake.catalog().select(selection);
        this.baseUrl = baseUrl;
        this.pace = pace;
        this.clock = clock;
        this.workFolder = Path.of(workFolder).resolve("accounts");
        this.environment = environment;
        this.options = options;
        this.stats = stats;
        this.texts = lake.declared().asText(ChangePackage.KEYS);
    }

    // --- A round

    /** The list of accounts, read anew. */
    public List<AccountEntry> list() {
        return AccountEntry.list(file);
    }

    /** Begins to list the dead letters in the lake. */
    public KeyListing listFailed() {
        return new KeyListing(destination, destination.accountsFolder() + "failed/", AccountPath.LETTER);
    }

    /** Begins a round; {@code failed} may be null. */
    public AccountRound beginRound(@Body List<AccountEntry> entries, @Variable("listing") KeyListing failed) {
        Set<String> ids = new HashSet<>();
        if (failed != null) {
            int start = failed.prefix().length();
            failed.keys().forEach(key -> ids.add(key.substring(start, key.length() - ".json".length())));
        }
        return new AccountRound(entries.size(), ids);
    }

    /** The accounts of a round, each as a task. */
    public List<AccountTask> tasks(@Body List<AccountEntry> entries, @Variable("round") AccountRound round) {
        return entries.stream().map(entry -> new AccountTask(entry, round, 1)).toList();
    }

    /**
     * The accounts of one poll of the topic.
     *
     * @param entries each account once
     * @param offsets of each partition what commits the offset of its last record
     */
    public record Poll(List<AccountEntry> entries, List<Object> offsets) {}

    /** Reads the records of a poll; one that is no entry is skipped, and named in the log. */
    public Poll poll(@Body List<Exchange> records) {
        Map<String, AccountEntry> entries = new LinkedHashMap<>();
        Map<Object, Object> offsets = new LinkedHashMap<>();
        for (Exchange record : records) {
            Message message = record.getMessage();
            offsets.put(message.getHeader("kafka.PARTITION"), message.getHeader("CamelKafkaManualCommit"));
            try {
                AccountEntry entry = AccountEntry.read(message.getBody(String.class));
                entries.put(entry.accountId(), entry);
            } catch (ConfigError e) {
                LOG.warn("accounts  a message of hevy-accounts is no account: {}", e.getMessage());
            }
        }
        return new Poll(List.copyOf(entries.values()), List.copyOf(offsets.values()));
    }

    /** Tells of the account's newest commit, as JSON: {@code load} has just been committed, or has found nothing new. */
    public String announcement(@Variable("load") AccountLoad load, @Variable("attempt") Attempt attempt) {
        return (attempt == null ? load.base() : attempt.commit()).announcement();
    }

    // --- The load of one account

    /** Opens the account: reads its key. */
    public HevyAccount open(@Variable("task") AccountTask task) {
        String key = task.entry().key(environment);
        Secrets.addOneOfMany(key);
        return new HevyAccount(task.entry().accountId(), key, pace.another());
    }

    /** Begins to list the account's commits. */
    public KeyListing listCommits(@Variable("task") AccountTask task) {
        return new KeyListing(
                destination,
                destination.accountsFolder() + AccountCommit.folder(task.entry().accountId()),
                AccountPath.NUMBERED);
    }

    /** What stands for the newest commit before the first. */
    public AccountCommit none(@Variable("task") AccountTask task) {
        return AccountCommit.none(task.entry().accountId());
    }

    /** Reads the newest commit. */
    public AccountCommit readCommit(@Variable("listing") KeyListing listing, @Body InputStream bytes)
            throws IOException {
        return AccountCommit.read(listing.getLast(), bytes);
    }

    /** Begins a load that follows the newest commit. */
    public AccountLoad begin(
            @Variable("task") AccountTask task,
            @Variable("account") HevyAccount account,
            @Variable("base") AccountCommit base)
            throws IOException {
        Path ofLoad = Files.createTempDirectory(folder(), "load-");
        return new AccountLoad(
                task, account, base, account.source(baseUrl), resources, ofLoad, clock.instant(), options);
    }

    /** The folder of this process; makes it, and removes those of killed ones, at the first call. */
    private synchronized Path folder() throws IOException {
        if (own == null) {
            OwnFolder.sweep(workFolder, FOLDER_PREFIX);
            own = OwnFolder.take(workFolder, FOLDER_PREFIX);
        }
        return own.path();
    }

    /** Removes the folders of loads in progress. */
    @Override
    public synchronized void close() throws IOException {
        if (own != null) {
            own.close();
            own = null;
        }
    }

    // --- Packages and commits

    /** Whether loads that wait for a package have as many bytes as one should have. */
    public boolean areLarge(@ExchangeProperty("CamelGroupedExchange") List<AccountLoad> loads) {
        return loads.stream().mapToLong(AccountLoad::bytes).sum() > AccountLoad.LARGE_BYTES;
    }

    /** Writes the rows of some loads to the files of one package. */
    public ChangePackage pack(@Body List<AccountLoad> loads) throws IOException {
        String id = LoadIds.next(clock.instant(), null) + "-"
                + UUID.randomUUID().toString().substring(0, NAME_CHARACTERS);
        DatasetSchema known;
        synchronized (this) {
            known = texts;
        }
        ChangePackage written =
                ChangePackage.write(id, folder().resolve(id), destination, loads, known, clock.instant());
        synchronized (this) {
            // Another package that was written meanwhile may have brought other columns: the next one meets them again.
            texts = written.schema();
        }
        return written;
    }

    /** Whether a package is so old that its files may be deleted before a commit names them: this process was suspended. */
    public boolean isTooOld(@Variable("package") ChangePackage taken) {
        return taken.createdAt().plus(PACKAGE_TOO_OLD).isBefore(clock.instant());
    }

    /** A commit, and the local file to put. */
    public record Attempt(AccountCommit commit, StagedObject object) {}

    /** Writes the commit of a load; {@code taken} is the package with its rows, or null if it has none. */
    public Attempt commit(@Variable("load") AccountLoad load, @Variable("package") ChangePackage taken)
            throws IOException {
        SortedMap<String, AccountCommit.PackageFile> files = load.isChanged() ? taken.filesOf(load) : new TreeMap<>();
        AccountCommit commit = load.commit(files, clock.instant());
        Path local = load.commitFile();
        commit.write(local);
        return new Attempt(commit, new StagedObject(destination.accountsKey(commit.path()), local.toFile()));
    }

    /** Whether the commit under the number is this one, whose response was lost, and not another worker's. */
    public boolean isOurs(@Variable("attempt") Attempt attempt, @Body InputStream there) throws IOException {
        AccountCommit other = AccountCommit.read(attempt.object().key(), there);
        return other.loadId().equals(attempt.commit().loadId())
                && other.committedAt().equals(attempt.commit().committedAt());
    }

    /** A load in a package of its own. */
    public List<AccountLoad> alone(@Variable("load") AccountLoad load) {
        return List.of(load);
    }

    /** Deletes the local files of a package; null if there is none. */
    public void forget(@Variable("package") ChangePackage taken) throws IOException {
        if (taken != null) {
            taken.close();
        }
    }

    /**
     * The task of a load whose commit another worker has beaten, once more.
     *
     * @throws TransientError if that happened too often
     */
    public AccountTask again(@Variable("load") AccountLoad load) {
        load.close();
        if (load.getTask().isLast()) {
            throw new TransientError(
                    ExitCode.ANOTHER_RUN_WON,
                    "Other workers have committed " + load.accountId() + " each time while this one was loading it.",
                    "Let one worker have an account at a time; the next round tries it again.");
        }
        return load.getTask().again();
    }

    // --- The end of one account

    /**
     * Checks that a load was not held back.
     *
     * @throws TransientError if it was
     */
    public void requireNotHeldBack(@Variable("load") AccountLoad load) {
        load.requireNotHeldBack();
    }

    /** The account has nothing new, or is committed. */
    public void ended(@Variable("load") AccountLoad load) {
        load.close();
        load.getTask().round().ended(load.isChanged());
        stats.ended(load.accountId(), load.isChanged() ? Outcome.LOADED : Outcome.UNCHANGED, clock.instant());
    }

    /** Whether the lake has a dead letter of the account. */
    public boolean hasFailedBefore(@Variable("task") AccountTask task) {
        return task.round().hasFailedBefore(task.entry().accountId());
    }

    /** The key of the account's dead letter. */
    public String letterKey(@Variable("task") AccountTask task) {
        return destination.accountsKey(DeadLetter.path(task.entry().accountId()));
    }

    /** Why the account has failed; {@code account} is null if it was not opened. */
    public DeadLetter letter(
            @Variable("task") AccountTask task,
            @Variable("account") HevyAccount account,
            @Variable("outcome") String outcome,
            @Variable("reason") String reason,
            @Variable("next") String next) {
        DeadLetter letter = new DeadLetter(
                task.entry().accountId(),
                outcome.toLowerCase(Locale.ROOT),
                account == null ? reason : account.strike(reason),
                next,
                clock.instant().toString());
        LOG.warn("accounts  {}: {} Next: {}", letter.accountId(), letter.reason(), letter.next());
        return letter;
    }

    /** The account has failed; {@code load} is null if it was not begun. */
    public void failed(
            @Variable("task") AccountTask task,
            @Variable("load") AccountLoad load,
            @Variable("letter") DeadLetter letter) {
        if (load != null) {
            load.close();
        }
        task.round().failed(letter);
        stats.ended(letter.accountId(), Outcome.FAILED, clock.instant());
    }

    /** The dead letter as an object of the lake. */
    public StagedObject letterObject(@Variable("task") AccountTask task, @Variable("letter") DeadLetter letter)
            throws IOException {
        Path local = Files.createTempFile(folder(), "letter-", ".json");
        Files.writeString(local, letter.toJson() + "\n");
        return new StagedObject(letterKey(task), local.toFile());
    }

    /** Deletes the local file of a dead letter that was put. */
    public void forgetLetter(@Variable("object") StagedObject object) throws IOException {
        Files.deleteIfExists(object.file().toPath());
    }
}
