package io.github.hevypipeline.raw;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.project.ProjectFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The raw dataset as the routes see it: they fetch and put the bytes, this says which and what they mean.
 *
 * <p>Used by one run at a time. Its folder has one subfolder for each destination: {@code cache} holds committed files,
 * {@code packages} the loads that are under way.
 */
public final class Lake {
    private static final Logger LOG = LoggerFactory.getLogger(Lake.class);
    private static final int MOST_ATTEMPTS = 3;

    private final Destination destination;
    private final DatasetSchema declared;
    private final List<Resource> resources;
    private final LoadLog loadLog;
    private final Path folder;
    private final FileCache cache;
    private final boolean extracts;
    private final Clock clock;

    /**
     * {@code selection} names resources, separated by commas; {@code workFolder} is where load packages go;
     * {@code extracts} is whether this run fetches from Hevy and can so replace a lost file.
     */
    public Lake(Destination destination, String selection, String workFolder, boolean extracts, Clock clock) {
        this.extracts = extracts;
        Path schemas = ProjectFolder.find("schemas", "resources.yaml").path();
        this.destination = destination;
        this.declared = DatasetSchema.read(schemas);
        this.resources = ResourceCatalog.read(schemas).select(selection);
        this.loadLog = new LoadLog(declared);
        this.folder = Path.of(workFolder).resolve(destination.localName());
        this.cache = new FileCache(folder.resolve("cache"));
        this.clock = clock;
    }

    public Destination getDestination() {
        return destination;
    }

    // --- The newest commit

    /** Begins to look for the newest commit. */
    public CommitListing listCommits() {
        return new CommitListing(destination);
    }

    /** Takes one answer of the listing. */
    public void addListing(@Variable("listing") CommitListing listing, @Body List<S3Object> answer) {
        listing.add(answer);
    }

    /** Reads a commit object. */
    public Committed readCommit(@Body InputStream bytes) throws IOException {
        return loadLog.readCommit(bytes, folder.resolve("commit.parquet"));
    }

    /** The key of the state that belongs to a commit. */
    public String stateKey(@Variable("committed") Committed committed) {
        return destination.rawKey(LoadLog.statePath(committed.loadId()));
    }

    /** Adds its state to a commit. */
    public Committed readState(@Variable("committed") Committed committed, @Body InputStream bytes) throws IOException {
        return loadLog.readState(committed, bytes, folder.resolve("state.parquet"));
    }

    /** What the dataset is before its first commit. */
    public Committed nothing() {
        return Committed.NOTHING;
    }

    // --- Committed files

    /** Begins to read the newest commit with all its files. */
    public LakeReading beginReading() {
        return new LakeReading();
    }

    /** Notes which commit is the newest. */
    public void noteCommit(@Variable("reading") LakeReading reading, @Variable("committed") Committed committed) {
        reading.commit(committed);
    }

    /** Ends the reading if every file of the commit is in the cache, or known to be lost. */
    public void noteFiles(@Variable("reading") LakeReading reading, @Variable("committed") Committed committed) {
        if (missingFiles(reading, committed).isEmpty()) {
            reading.allFilesHere();
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
        boolean replaceable = extracts
                && resources.stream()
                        .anyMatch(resource -> file.path().startsWith(resource.name() + "/")
                                || file.path().startsWith(resource.name() + "__"));
        if (!replaceable) {
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

    /** Where the local copies of all committed files lie, by table; none may be missing. */
    public Map<String, List<Path>> localFiles(@Variable("committed") Committed committed) {
        return cache.paths(committed.manifest());
    }

    // --- One load

    /**
     * Begins a load that follows a commit.
     *
     * @param lost the load before, if another run won its commit; else null
     * @throws TransientError if that has happened too often
     */
    public Load begin(@Variable("committed") Committed committed, @Variable("load") Load lost) throws IOException {
        int attempt = lost == null ? 1 : lost.attempt() + 1;
        if (attempt > MOST_ATTEMPTS) {
            throw new TransientError(
                    ExitCode.ANOTHER_RUN_WON,
                    "Other runs committed to the same lake " + MOST_ATTEMPTS + " times while this one was loading.",
                    "Schedule one run at a time; what this one wrote was removed.");
        }
        Instant now = clock.instant();
        String id = LoadIds.next(now, committed.loadId());
        Path loadFolder = folder.resolve("packages").resolve(id);
        Files.createDirectories(loadFolder);
        DatasetSchema schema = declared.with(committed.state().tables());
        return new Load(id, now, attempt, committed, schema, loadFolder, resources);
    }

    /** Begins to land the pages of one resource. */
    public Landing land(@Variable("load") Load load, @Body Resource resource) {
        return new Landing(load, resource);
    }

    /** Begins a pass over the pages of one resource and gives their files. */
    public List<Path> beginPass(@Variable("landing") Landing landing) throws IOException {
        return landing.beginPass();
    }

    /** Splits one page into a batch of rows for each table. */
    public List<PageBatch> flatten(@Variable("landing") Landing landing, @Body Path page) throws IOException {
        return landing.flatten(page);
    }

    /** Writes one batch of rows to the Parquet file of its table. */
    public void marshal(@Variable("landing") Landing landing, @Body PageBatch batch) throws IOException {
        landing.marshal(batch);
    }

    /** Ends a pass over the pages of one resource. */
    public void endPass(@Variable("landing") Landing landing) throws IOException {
        landing.endPass();
    }

    /** Merges what was landed with what is committed. */
    public void merge(@Variable("load") Load load, @Variable("landing") Landing landing) throws IOException {
        List<String> family = load.schema().family(landing.resource().name());
        Path merged = load.folder().resolve("merged");
        try (StagingFiles output = new StagingFiles(merged, load.getId(), load.schema())) {
            Merge merge =
                    new Merge(load.schema(), family, readable(load.getBase(), family), cache, landing.staged(), output);
            load.merged(landing.resource(), merge.run());
        }
    }

    /** A table with a lost file counts as never committed: its rows come anew from Hevy. */
    private Committed readable(Committed base, List<String> family) {
        List<CommittedFile> files = family.stream()
                .flatMap(table -> base.manifest().files(table).stream())
                .toList();
        return cache.missing(files).isEmpty() ? base : base.without(family);
    }

    /** The data files of a load and its state: all that must be on S3 before the commit. */
    public List<StagedObject> objectsBeforeCommit(@Variable("load") Load load) throws IOException {
        Path state = load.folder().resolve("state.parquet");
        loadLog.writeState(state, load.next(), clock.instant());
        List<StagedObject> objects = new ArrayList<>();
        for (StagedFile file : load.getUploads()) {
            objects.add(new StagedObject(
                    destination.rawKey(file.file().path()), file.local().toFile()));
        }
        objects.add(new StagedObject(destination.rawKey(LoadLog.statePath(load.getId())), state.toFile()));
        return objects;
    }

    /** The commit itself. */
    public StagedObject commitObject(@Variable("load") Load load) throws IOException {
        Path commit = load.folder().resolve("commit.parquet");
        loadLog.writeCommit(commit, load.next(), clock.instant(), load.schema());
        return new StagedObject(commitKey(load), commit.toFile());
    }

    /** The key that a load commits under. */
    public String commitKey(@Variable("load") Load load) {
        return destination.rawKey(LoadLog.commitPath(load.getBase().sequence() + 1));
    }

    /** Decides after a refused commit, from the object that is there: it is ours if only the answer was lost. */
    public void decideCommit(@Variable("load") Load load, @Body InputStream commit) throws IOException {
        if (!readCommit(commit).loadId().equals(load.getId())) {
            load.lose();
        }
    }

    /** The keys that a load has put before it lost its commit. */
    public List<String> abandonedKeys(@Variable("load") Load load) {
        List<String> keys = new ArrayList<>();
        load.getUploads()
                .forEach(file -> keys.add(destination.rawKey(file.file().path())));
        keys.add(destination.rawKey(LoadLog.statePath(load.getId())));
        return keys;
    }

    /** The keys of the files that a committed load has superseded. */
    public List<String> supersededKeys(@Variable("load") Load load) {
        return load.superseded().stream()
                .map(file -> destination.rawKey(file.path()))
                .toList();
    }

    /** Ends a committed load: its files become the cache, its package goes. */
    public Committed finish(@Variable("load") Load load) throws IOException {
        Committed next = load.next();
        for (StagedFile file : load.getUploads()) {
            cache.adopt(file);
        }
        cache.retain(next.manifest());
        delete(load);
        return next;
    }

    /** Removes the load package from disk. */
    public void delete(@Variable("load") Load load) throws IOException {
        try (Stream<Path> files = Files.walk(load.folder())) {
            files.sorted(Comparator.reverseOrder()).forEach(Lake::deleteFile);
        } catch (UncheckedIOException e) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    "The load package " + load.folder() + " cannot be removed: "
                            + e.getCause().getMessage(),
                    "Remove the folder by hand; the load itself is complete.",
                    e);
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
