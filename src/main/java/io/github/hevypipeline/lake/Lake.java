package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.internal.CommitLog;
import io.github.hevypipeline.lake.internal.CommittedStates;
import io.github.hevypipeline.lake.internal.DamagedLogException;
import io.github.hevypipeline.lake.internal.DatasetListing;
import io.github.hevypipeline.lake.internal.FileCache;
import io.github.hevypipeline.lake.internal.TransformedListing;
import io.github.hevypipeline.lake.internal.VerifiedObjects;
import io.github.hevypipeline.lake.internal.WorkFolder;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.report.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committed raw dataset. The routes fetch the bytes; this decides which, and reads them.
 *
 * <p>Used by one run at a time, which holds the lock of the local folder until {@link #close}. The folder has one
 * subfolder for each destination, with a {@code cache} of committed files.
 */
public final class Lake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lake.class);

    private static final int MAX_SHOWN = 120;
    private static final String FETCHES_NOTHING = "-";

    private final Destination destination;
    private final DatasetSchema declared;
    private final CommitLog commitLog;
    private final WorkFolder folder;
    private final FileCache cache;
    private final VerifiedObjects verified;
    private final ResourceCatalog catalog;
    private final List<Resource> replaceable;
    private boolean foreignReported;

    /**
     * @param workFolder for local files; locked by {@link #beginReading}
     * @param fetched the resources that this run fetches, separated by commas, or {@code -}: their lost files are written
     *     anew
     */
    public Lake(Destination destination, String workFolder, String fetched) {
        this.destination = destination;
        Path schemas = ProjectFolder.find("schemas", "resources.yaml").path();
        this.declared = DatasetSchema.read(schemas);
        this.catalog = ResourceCatalog.read(schemas);
        this.commitLog = new CommitLog(declared);
        this.folder = new WorkFolder(Path.of(workFolder).resolve(destination.localName()));
        this.cache = new FileCache(folder.cache());
        this.verified = new VerifiedObjects(folder, cache);
        this.replaceable = fetched.equals(FETCHES_NOTHING) ? List.of() : catalog.select(fetched);
    }

    public Destination getDestination() {
        return destination;
    }

    // --- Objects that are there already

    /**
     * Checks that an object is byte for byte the local file: then an earlier PUT has put it, and its response was lost.
     *
     * @throws TransientError if it is anything else
     */
    public void requireSame(@Variable("object") StagedObject object, @Body InputStream there) throws IOException {
        String stored;
        try (there) {
            stored = Sha256.hexOf(there);
        }
        if (!stored.equals(Sha256.hexOf(object.file().toPath()))) {
            throw new TransientError(
                    ExitCode.ANOTHER_RUN_WON,
                    "Another run has put something else under the key " + object.key() + ".",
                    "Schedule one run at a time, and run again.");
        }
    }

    /**
     * A new object was refused for another one, but there is none under the key.
     *
     * @throws TransientError always
     */
    public void failAbsent(@Variable("object") StagedObject object) {
        throw new TransientError(
                ExitCode.ANOTHER_RUN_WON,
                destination.store() + " has refused the object " + object.key()
                        + " for another one, which is not there.",
                "Schedule one run at a time, and run again.");
    }

    // --- The newest commit

    /** Begins to list the dataset. */
    public DatasetListing listDataset() {
        return new DatasetListing(destination, declared);
    }

    /** Begins to list the published marts. */
    public TransformedListing listTransformed() {
        return new TransformedListing(destination);
    }

    /** Warns once of objects in the dataset's folder that this program has not written. */
    public void reportForeign(@Variable("listing") DatasetListing listing, @Variable("committed") Snapshot committed) {
        List<String> foreign = listing.foreign(committed);
        if (!foreign.isEmpty() && !foreignReported) {
            foreignReported = true;
            LOG.warn(
                    "lake      {} objects in {} are not of this program and are left alone, first {}",
                    foreign.size(),
                    destination.rawUri(),
                    TerminalText.of(foreign.get(0), MAX_SHOWN));
        }
    }

    /** Takes an older commit, which explains its state. */
    public void explainStates(@Variable("states") CommittedStates states, @Body InputStream commit) throws IOException {
        states.read(readCommit(commit).loadId());
    }

    /** The key of the commit that would follow the newest. */
    public String nextCommitKey(@Variable("committed") Snapshot committed) {
        return destination.rawKey(CommitLog.commitPath(committed.sequence() + 1));
    }

    /** There is a later commit than the listing has shown. */
    public void noteNewerCommit(@Variable("committed") Snapshot committed) {
        LOG.warn(
                "lake      commit {} is there, though the listing has shown {} as the newest: nothing is swept",
                committed.sequence() + 1,
                committed.sequence());
    }

    /**
     * Reads a commit without its state.
     *
     * @throws DamagedLogException if the object is no commit
     */
    public Snapshot readCommit(@Body InputStream bytes) throws IOException {
        return commitLog.readCommit(bytes, folder.scratch("commit.parquet"));
    }

    /**
     * Reads the newest commit.
     *
     * @throws DamagedLogException if the object is no commit, or another than its key says
     */
    public Snapshot readNewest(@Variable("listing") DatasetListing listing, @Body InputStream bytes)
            throws IOException {
        return CommitLog.requireSequence(readCommit(bytes), listing.newestSequence());
    }

    /** Stands for a newest commit that cannot be read: the next one follows its number. */
    public Snapshot lostCommit(
            @Variable("listing") DatasetListing listing, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception cause) {
        LOG.warn(
                "lake      the newest commit, {}, is lost or damaged ({}); everything is loaded anew",
                listing.newestSequence(),
                reason(cause));
        return Snapshot.lost(listing.newestSequence(), listing.newestLoadId());
    }

    /** Stands for a commit whose state cannot be read: its files are current. */
    public Snapshot lostState(
            @Variable("committed") Snapshot committed,
            @Variable("listing") DatasetListing listing,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception cause) {
        if (committed.isLost()) {
            return committed;
        }
        if (!declared.tables()
                .keySet()
                .containsAll(committed.manifest().tables().keySet())) {
            // Only the state could tell that there are such tables.
            return lostCommit(listing, cause);
        }
        LOG.warn(
                "lake      the state of the newest commit, {}, is lost or damaged ({}); everything is loaded anew",
                committed.sequence(),
                reason(cause));
        return committed.withoutState();
    }

    private static String reason(Exception cause) {
        // Camel wraps the exception of an expression.
        DamagedLogException damage = ObjectHelper.getException(DamagedLogException.class, cause);
        return damage == null
                ? "there is no such object"
                : TerminalText.of(String.valueOf(damage.getMessage()), MAX_SHOWN);
    }

    /**
     * The key of a commit's state, or null. If the commit is lost it is the key of the newest state, which names the
     * version that wrote it.
     */
    public String stateKey(@Variable("committed") Snapshot committed, @Variable("listing") DatasetListing listing) {
        String loadId = committed.isLost() ? listing.newestStateLoadId() : committed.loadId();
        return loadId == null ? null : destination.rawKey(CommitLog.statePath(loadId));
    }

    /** Adds its state to a commit. */
    public Snapshot readState(@Variable("committed") Snapshot committed, @Body InputStream bytes) throws IOException {
        return commitLog.readState(committed, bytes, folder.scratch("state.parquet"));
    }

    /** The snapshot before the first commit. */
    public Snapshot nothing() {
        return Snapshot.NOTHING;
    }

    // --- Committed files

    /**
     * Begins to read the newest commit with all its files.
     *
     * @throws TransientError if another run uses the local folder
     */
    public SnapshotReadAttempt beginReading() throws IOException {
        folder.lock();
        return new SnapshotReadAttempt();
    }

    /** Takes the newest commit, and compares its files with the listing. */
    public void noteCommit(
            @Variable("reading") SnapshotReadAttempt reading,
            @Variable("committed") Snapshot committed,
            @Variable("listing") DatasetListing listing)
            throws IOException {
        reading.commit(committed, verified.doubtful(committed.manifest(), listing));
    }

    /** Ends the reading if every file of the commit is in the cache, or known to be lost. */
    public void noteFiles(@Variable("reading") SnapshotReadAttempt reading, @Variable("committed") Snapshot committed)
            throws IOException {
        if (committed.isLost()) {
            // Nobody knows which cached files are still needed.
            reading.allFilesHere();
        } else if (missingFiles(reading, committed).isEmpty()) {
            reading.allFilesHere();
            // Another machine may have superseded some of them.
            cache.retain(committed.manifest());
            verified.save(committed.manifest());
        }
    }

    /**
     * Handles a committed file that could not be read: a newer commit explains it; else it is put back from its local
     * copy, or its table is written anew.
     *
     * @throws SystemError if it is lost and this run does not fetch its resource
     */
    public void noteUnreadable(@Variable("reading") SnapshotReadAttempt reading, @Variable("file") CommittedFile file)
            throws IOException {
        if (!reading.unreadable(file)) {
            return;
        }
        if (cache.isWhole(file)) {
            reading.putBack(file);
            return;
        }
        cache.delete(file);
        reading.lose(file);
        String table = file.path().substring(0, file.path().indexOf('/'));
        boolean comesAnew = replaceable.stream()
                .anyMatch(resource -> resource.owns(file.part())
                        && (table.equals(resource.table()) || table.startsWith(resource.table() + "__")));
        if (!comesAnew) {
            throw new SystemError(
                    destination.failure(),
                    "The committed file " + file.path() + " is missing or damaged in " + destination.place() + ".",
                    howToWriteAnew(file, table));
        }
        LOG.warn("The committed file {} is missing or damaged; its table is written anew", file.path());
    }

    private String howToWriteAnew(CommittedFile file, String table) {
        if (Resource.isExported(file.part())) {
            return "Set HEVY_EXPORT to a new export and run extract: it writes the table anew.";
        }
        if (replaceable.isEmpty()) {
            return "Run extract: it writes the table anew from Hevy.";
        }
        if (replaceable.stream().allMatch(Resource::exported)) {
            return "Set HEVY_API_KEY, so that the table is written anew, or restore the file from a backup.";
        }
        String root = table.contains("__") ? table.substring(0, table.indexOf("__")) : table;
        return "Add " + root
                + " to HEVY_RESOURCES, so that the table is written anew, or restore the file from a backup.";
    }

    /** The committed files to download: those that are not cached, or may be damaged in the bucket. */
    public List<CommittedFile> missingFiles(
            @Variable("reading") SnapshotReadAttempt reading, @Variable("committed") Snapshot committed) {
        Set<CommittedFile> missing =
                Set.copyOf(cache.missing(committed.manifest().files()));
        return committed.manifest().files().stream()
                .filter(file -> missing.contains(file) || reading.isDoubtful(file))
                .filter(file -> !reading.isLost(file))
                .toList();
    }

    /** The files that are damaged or missing in the lake while their local copies are whole. */
    public List<StagedObject> filesToPutBack(@Variable("reading") SnapshotReadAttempt reading) {
        return reading.toPutBack().stream()
                .map(file -> new StagedObject(
                        destination.rawKey(file.path()), cache.path(file).toFile()))
                .toList();
    }

    /** All of them are in the bucket again. */
    public void notePutBack(@Variable("reading") SnapshotReadAttempt reading) {
        reading.toPutBack().forEach(file -> {
            LOG.warn(
                    "The committed file {} was missing or damaged in {}; it was put back from its local copy",
                    file.path(),
                    destination.place());
            verified.forget(file);
            reading.found(file);
        });
    }

    /** The key of a data file. */
    public String dataKey(@Variable("file") CommittedFile file) {
        return destination.rawKey(file.path());
    }

    /** Stores a downloaded file. */
    public void cacheFile(
            @Variable("reading") SnapshotReadAttempt reading,
            @Variable("file") CommittedFile file,
            @Body InputStream bytes)
            throws IOException {
        cache.store(file, bytes);
        verified.note(file);
        reading.found(file);
    }

    /**
     * Checks that there is something to transform.
     *
     * @throws ConfigError before the first load
     * @throws SystemError if the newest commit cannot be read
     */
    public void requireCommit(@Variable("committed") Snapshot committed) {
        if (committed.isLost()) {
            throw new SystemError(
                    destination.failure(),
                    describeLost(committed) + ".",
                    "Run extract: it loads everything anew from Hevy.");
        }
        if (committed.sequence() == 0) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "There is no load in " + destination.rawUri() + " yet.",
                    "Run extract first, or correct " + (destination.isFolder() ? "LAKE_PATH" : "S3_BUCKET_NAME")
                            + " and S3_RAW_PREFIX.");
        }
    }

    /** The local copies of all committed files, by table; none may be missing. */
    public Map<String, List<Path>> localFiles(@Variable("committed") Snapshot committed) {
        return cache.paths(committed.manifest());
    }

    /** The cause of an error, without its full stop. */
    String describeLost(Snapshot committed) {
        return "The newest commit in " + destination.rawUri() + ", " + committed.sequence() + ", is lost or damaged";
    }

    public ResourceCatalog catalog() {
        return catalog;
    }

    public DatasetSchema declared() {
        return declared;
    }

    CommitLog commitLog() {
        return commitLog;
    }

    WorkFolder folder() {
        return folder;
    }

    FileCache cache() {
        return cache;
    }

    /** Lets other runs use the local folder. */
    @Override
    public void close() throws IOException {
        folder.close();
    }
}
