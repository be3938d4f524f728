package io.github.hevypipeline.raw;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.report.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * The committed raw dataset as the routes see it: they fetch the bytes, this says which and what they mean.
 *
 * <p>Used by one run at a time, which holds the lock of the local folder until {@link #close}. The folder has one
 * subfolder for each destination, with a {@code cache} of committed files.
 */
public final class Lake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lake.class);

    private static final int MOST_SHOWN = 120;

    private final Destination destination;
    private final DatasetSchema declared;
    private final LoadLog loadLog;
    private final WorkFolder folder;
    private final FileCache cache;
    private final List<String> replaceable;
    private boolean foreignReported;

    /**
     * Nothing is read or locked yet.
     *
     * @param workFolder where local files go
     * @param fetched the resources that this run fetches anew, separated by commas: their files may be lost
     */
    public Lake(Destination destination, String workFolder, String fetched) {
        this.destination = destination;
        this.declared = DatasetSchema.read(
                ProjectFolder.find("schemas", "resources.yaml").path());
        this.loadLog = new LoadLog(declared);
        this.folder = new WorkFolder(Path.of(workFolder).resolve(destination.localName()));
        this.cache = new FileCache(folder.cache());
        this.replaceable = List.of(fetched.split("\\s*,\\s*"));
    }

    public Destination getDestination() {
        return destination;
    }

    // --- The newest commit

    /** Begins to list the dataset. */
    public DatasetListing listDataset() {
        return new DatasetListing(destination, declared);
    }

    /** Takes one answer of the listing. */
    public void addListing(@Variable("listing") DatasetListing listing, @Body ListObjectsV2Response answer) {
        listing.add(answer);
    }

    /** Says once which objects in the dataset's folder are not ours, if there are any. */
    public void reportForeign(@Variable("listing") DatasetListing listing, @Variable("committed") Committed committed) {
        List<String> foreign = listing.foreign(committed);
        if (!foreign.isEmpty() && !foreignReported) {
            foreignReported = true;
            LOG.warn(
                    "lake      {} objects in {} are not of this program and are left alone, first {}",
                    foreign.size(),
                    destination.rawUri(),
                    TerminalText.of(foreign.get(0), MOST_SHOWN));
        }
    }

    /** Begins to tell which states belong to a commit. */
    public CommittedStates states(
            @Variable("listing") DatasetListing listing, @Variable("committed") Committed committed) {
        return listing.states(committed);
    }

    /** Takes a commit that was read to tell. */
    public void explainStates(@Variable("states") CommittedStates states, @Body InputStream commit) throws IOException {
        states.read(readCommit(commit).loadId());
    }

    /** Reads the commit object that the listing has shown to be the newest. */
    public Committed readNewest(@Variable("listing") DatasetListing listing, @Body InputStream bytes)
            throws IOException {
        return LoadLog.requireSequence(readCommit(bytes), listing.newestSequence());
    }

    /** The key that the commit after the newest would have. */
    public String nextCommitKey(@Variable("committed") Committed committed) {
        return destination.rawKey(LoadLog.commitPath(committed.sequence() + 1));
    }

    /** There is a later commit than the one that the listing has shown to be the newest. */
    public void noteNewerCommit(@Variable("committed") Committed committed) {
        LOG.warn(
                "lake      commit {} is there, though the listing has shown {} as the newest: nothing is swept",
                committed.sequence() + 1,
                committed.sequence());
    }

    /** There is no later commit: what belongs to none may go. */
    public void proveNewest(@Variable("listing") DatasetListing listing) {
        listing.proveNewest();
    }

    /** Reads a commit object. */
    public Committed readCommit(@Body InputStream bytes) throws IOException {
        return loadLog.readCommit(bytes, folder.scratch("commit.parquet"));
    }

    /** The key of the state that belongs to a commit. */
    public String stateKey(@Variable("committed") Committed committed) {
        return destination.rawKey(LoadLog.statePath(committed.loadId()));
    }

    /** Adds its state to a commit. */
    public Committed readState(@Variable("committed") Committed committed, @Body InputStream bytes) throws IOException {
        return loadLog.readState(committed, bytes, folder.scratch("state.parquet"));
    }

    /** What the dataset is before its first commit. */
    public Committed nothing() {
        return Committed.NOTHING;
    }

    // --- Committed files

    /**
     * Begins to read the newest commit with all its files.
     *
     * @throws TransientError if another run uses the local folder
     */
    public LakeReading beginReading() throws IOException {
        folder.lock();
        return new LakeReading();
    }

    /** Notes which commit is the newest. */
    public void noteCommit(@Variable("reading") LakeReading reading, @Variable("committed") Committed committed) {
        reading.commit(committed);
    }

    /** Ends the reading if every file of the commit is in the cache, or known to be lost. */
    public void noteFiles(@Variable("reading") LakeReading reading, @Variable("committed") Committed committed)
            throws IOException {
        if (missingFiles(reading, committed).isEmpty()) {
            reading.allFilesHere();
            // Another machine may have superseded some of them.
            cache.retain(committed.manifest());
        }
    }

    /**
     * Notes that a file of the commit could not be read.
     *
     * @throws SystemError if it is lost and this run fetches nothing that could replace it
     */
    public void noteUnreadable(@Variable("reading") LakeReading reading, @Variable("file") CommittedFile file) {
        if (!reading.unreadable(file)) {
            return;
        }
        String table = file.path().substring(0, file.path().indexOf('/'));
        boolean comesAnew =
                replaceable.stream().anyMatch(resource -> table.equals(resource) || table.startsWith(resource + "__"));
        if (!comesAnew) {
            throw new SystemError(
                    ExitCode.S3,
                    "The committed file " + file.path() + " is missing or damaged in the bucket.",
                    "Run extract: it writes the table anew from Hevy.");
        }
        LOG.warn("The committed file {} is missing or damaged; its table is written anew", file.path());
    }

    /** Which committed files have to be downloaded before they can be read. */
    public List<CommittedFile> missingFiles(
            @Variable("reading") LakeReading reading, @Variable("committed") Committed committed) {
        return cache.missing(committed.manifest().files()).stream()
                .filter(file -> !reading.isLost(file))
                .toList();
    }

    /** The key of a data file. */
    public String dataKey(@Variable("file") CommittedFile file) {
        return destination.rawKey(file.path());
    }

    /** Stores a downloaded file. */
    public void cacheFile(@Variable("file") CommittedFile file, @Body InputStream bytes) throws IOException {
        cache.store(file, bytes);
    }

    /**
     * Requires that there is something to transform.
     *
     * @throws ConfigError if nothing was ever loaded
     */
    public void requireCommit(@Variable("committed") Committed committed) {
        if (committed.sequence() == 0) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "There is no load in " + destination.rawUri() + " yet.",
                    "Run extract first, or correct S3_BUCKET_NAME and S3_RAW_PREFIX.");
        }
    }

    /** Where the local copies of all committed files lie, by table; none may be missing. */
    public Map<String, List<Path>> localFiles(@Variable("committed") Committed committed) {
        return cache.paths(committed.manifest());
    }

    DatasetSchema declared() {
        return declared;
    }

    LoadLog loadLog() {
        return loadLog;
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
