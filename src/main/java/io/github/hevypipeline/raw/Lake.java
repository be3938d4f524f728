package io.github.hevypipeline.raw;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
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
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The raw dataset as the routes see it: they fetch and put the bytes, this says which and what they mean.
 *
 * <p>Used by one run at a time. Its folder has one subfolder for each destination: {@code cache} holds committed files,
 * {@code packages} the loads that are under way.
 */
public final class Lake {
    private final Destination destination;
    private final DatasetSchema declared;
    private final List<Resource> resources;
    private final LoadLog loadLog;
    private final Path folder;
    private final FileCache cache;
    private final Clock clock;

    /** {@code workFolder} is where load packages go; {@code selection} names resources, separated by commas. */
    public Lake(Destination destination, Path schemaFolder, String selection, Path workFolder, Clock clock) {
        this.destination = destination;
        this.declared = DatasetSchema.read(schemaFolder);
        this.resources = ResourceCatalog.read(schemaFolder).select(selection);
        this.loadLog = new LoadLog(declared);
        this.folder = workFolder.resolve(destination.localName());
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

    /** Which committed files have to be downloaded before they can be read. */
    public List<CommittedFile> missingFiles(@Variable("committed") Committed committed) {
        return cache.missing(committed.manifest().files());
    }

    /** The key of a data file. */
    public String dataKey(@Variable("file") CommittedFile file) {
        return destination.rawKey(file.path());
    }

    /** Stores a downloaded file. */
    public void cacheFile(@Variable("file") CommittedFile file, @Body InputStream bytes) throws IOException {
        cache.store(file, bytes);
    }

    /** The local copies of all committed files, by table. */
    public FileCache getCache() {
        return cache;
    }

    // --- One load

    /** Begins a load that follows a commit. */
    public Load begin(@Variable("committed") Committed committed) throws IOException {
        Instant now = clock.instant();
        String id = LoadIds.next(now, committed.loadId());
        Path loadFolder = folder.resolve("packages").resolve(id);
        Files.createDirectories(loadFolder);
        DatasetSchema schema = declared.with(committed.state().tables());
        return new Load(id, now, committed, schema, loadFolder, resources);
    }

    /** Begins to land the pages of one resource. */
    public Landing land(@Variable("load") Load load, @Body Resource resource) {
        return new Landing(load, resource);
    }

    /** Merges what was landed with what is committed. */
    public void merge(@Variable("load") Load load, @Variable("landing") Landing landing) throws IOException {
        List<String> family = load.schema().family(landing.resource().name());
        Path merged = load.folder().resolve("merged");
        try (StagingFiles output = new StagingFiles(merged, load.getId(), load.schema())) {
            Merge merge = new Merge(load.schema(), family, load.getBase(), cache, landing.staged(), output);
            load.merged(landing.resource(), merge.run());
        }
    }

    /** The state and the commit of a load, in the order in which they must be put. */
    public List<StagedObject> commitObjects(@Variable("load") Load load) throws IOException {
        Committed next = load.next();
        Path state = load.folder().resolve("state.parquet");
        Path commit = load.folder().resolve("commit.parquet");
        loadLog.writeState(state, next, clock.instant());
        loadLog.writeCommit(commit, next, clock.instant(), load.schema());
        return List.of(
                new StagedObject(destination.rawKey(LoadLog.statePath(load.getId())), state.toFile()),
                new StagedObject(destination.rawKey(LoadLog.commitPath(next.sequence())), commit.toFile()));
    }

    /** The data files of a load, as objects to put. */
    public List<StagedObject> dataObjects(@Variable("load") Load load) {
        return load.getUploads().stream()
                .map(staged -> new StagedObject(
                        destination.rawKey(staged.file().path()), staged.local().toFile()))
                .toList();
    }

    /** Decides after a refused commit: ours if the object there is ours, lost if another run put it. */
    public boolean isOurs(@Variable("load") Load load, @Body InputStream commit) throws IOException {
        return readCommit(commit).loadId().equals(load.getId());
    }

    /** The keys that a load which lost its commit has put. */
    public List<String> abandonedKeys(@Variable("load") Load load) {
        List<String> keys = new ArrayList<>();
        dataObjects(load).forEach(object -> keys.add(object.key()));
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
