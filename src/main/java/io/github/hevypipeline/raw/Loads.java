package io.github.hevypipeline.raw;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.project.ProjectFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Loads into the lake as the routes see them: from the first page to the commit, and what killed ones have left.
 *
 * <p>Used by one run at a time, after {@link Lake#beginReading}; the state of a load is in its {@link Load}.
 */
public final class Loads {
    private static final int MOST_ATTEMPTS = 3;

    private final Lake lake;
    private final Destination destination;
    private final List<Resource> resources;
    private final Clock clock;

    /** {@code selection} names the resources to fetch, separated by commas. */
    public Loads(Lake lake, String selection, Clock clock) {
        this.lake = lake;
        this.destination = lake.getDestination();
        this.resources = ResourceCatalog.read(
                        ProjectFolder.find("schemas", "resources.yaml").path())
                .select(selection);
        this.clock = clock;
    }

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
        DatasetSchema schema = lake.declared().with(committed.state().tables());
        return new Load(id, now, attempt, committed, schema, lake.folder().newPackage(id), resources);
    }

    /** Begins to land the pages of one resource. */
    public Landing land(@Variable("load") Load load, @Body Resource resource) {
        return new Landing(load, resource, lake.cache());
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
        Committed base = readable(load.getBase(), family);
        try (StagingFiles output = new StagingFiles(load.files().merged(), load.getId(), load.schema())) {
            Merge merge = new Merge(load.schema(), family, base, lake.cache(), landing.staged(), output);
            load.merged(landing.resource(), merge.run());
        }
    }

    /** A table with a lost file counts as never committed: its rows come anew from Hevy. */
    private Committed readable(Committed base, List<String> family) {
        List<CommittedFile> files = family.stream()
                .flatMap(table -> base.manifest().files(table).stream())
                .toList();
        return lake.cache().missing(files).isEmpty() ? base : base.without(family);
    }

    /** The data files of a load and its state: all that must be on S3 before the commit. */
    public List<StagedObject> objectsBeforeCommit(@Variable("load") Load load) throws IOException {
        load.files().write(new LoadPackage.Journal(load.getBase().sequence(), stateKey(load), touchedPaths(load)));
        Path state = load.files().state();
        lake.loadLog().writeState(state, load.next(), clock.instant());
        List<StagedObject> objects = new ArrayList<>();
        for (StagedFile file : load.getUploads()) {
            objects.add(new StagedObject(
                    destination.rawKey(file.file().path()), file.local().toFile()));
        }
        objects.add(new StagedObject(stateKey(load), state.toFile()));
        return objects;
    }

    private String stateKey(Load load) {
        return destination.rawKey(LoadLog.statePath(load.getId()));
    }

    private static List<String> touchedPaths(Load load) {
        List<String> paths = new ArrayList<>();
        load.getUploads().forEach(staged -> paths.add(staged.file().path()));
        load.superseded().forEach(file -> paths.add(file.path()));
        return paths;
    }

    /** The commit itself. */
    public StagedObject commitObject(@Variable("load") Load load) throws IOException {
        Path commit = load.files().commit();
        lake.loadLog().writeCommit(commit, load.next(), clock.instant(), load.schema());
        return new StagedObject(commitKey(load), commit.toFile());
    }

    /** The key that a load commits under. */
    public String commitKey(@Variable("load") Load load) {
        return destination.rawKey(LoadLog.commitPath(load.getBase().sequence() + 1));
    }

    /** Decides after a refused commit, from the object that is there: it is ours if only the answer was lost. */
    public void decideCommit(@Variable("load") Load load, @Body InputStream commit) throws IOException {
        if (!lake.readCommit(commit).loadId().equals(load.getId())) {
            load.lose();
        }
    }

    /** The keys that a load has put before it lost its commit. */
    public List<String> abandonedKeys(@Variable("load") Load load) {
        List<String> keys = new ArrayList<>();
        load.getUploads()
                .forEach(file -> keys.add(destination.rawKey(file.file().path())));
        keys.add(stateKey(load));
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
            lake.cache().adopt(file);
        }
        lake.cache().retain(next.manifest());
        delete(load);
        return next;
    }

    /** Removes the load package from disk. */
    public void delete(@Variable("load") Load load) {
        load.files().delete();
    }

    // --- What killed runs have left

    /** The keys of objects that earlier loads of this folder have left on S3 without being current. */
    public List<String> leftoverKeys(@Variable("committed") Committed committed) throws IOException {
        Set<String> current =
                committed.manifest().files().stream().map(CommittedFile::path).collect(Collectors.toSet());
        List<String> keys = new ArrayList<>();
        for (LoadPackage left : lake.folder().existingPackages()) {
            Optional<LoadPackage.Journal> journal = left.journal();
            if (journal.isPresent()) {
                journal.get().dataPaths().stream()
                        .filter(path -> !current.contains(path))
                        .map(destination::rawKey)
                        .forEach(keys::add);
                // Once the sequence is taken, the state may belong to a commit.
                if (committed.sequence() <= journal.get().baseSequence()) {
                    keys.add(journal.get().stateKey());
                }
            }
        }
        return keys;
    }

    /** Removes the load packages that earlier loads have left on disk. */
    public void deleteLeftovers() throws IOException {
        lake.folder().existingPackages().forEach(LoadPackage::delete);
    }
}
