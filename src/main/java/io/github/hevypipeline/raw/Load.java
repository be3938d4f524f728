package io.github.hevypipeline.raw;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One load in progress: its id, what it starts from, its load package on disk and what it will commit.
 *
 * <p>Owned by one run. Only {@link #roster} and {@link #pageFile} may be called by several threads.
 */
public final class Load {
    private final String id;
    private final Instant startedAt;
    private final Committed base;
    private final LoadPackage files;
    private final Map<Resource, Roster> rosters = new LinkedHashMap<>();
    private final SortedMap<String, List<CommittedFile>> mergedFiles = new TreeMap<>();
    private final List<StagedFile> uploads = new ArrayList<>();
    private final Map<String, Changes> changes = new LinkedHashMap<>();
    private final int attempt;
    private DatasetSchema schema;
    private boolean lost;

    Load(
            String id,
            Instant startedAt,
            int attempt,
            Committed base,
            DatasetSchema schema,
            LoadPackage files,
            List<Resource> resources) {
        this.attempt = attempt;
        this.id = id;
        this.startedAt = startedAt;
        this.base = base;
        this.schema = schema;
        this.files = files;
        resources.forEach(resource -> rosters.put(resource, new Roster()));
    }

    /** Unix seconds as decimal text. */
    public String getId() {
        return id;
    }

    /** When the load began to fetch: the watermark of the next one. */
    public Instant getStartedAt() {
        return startedAt;
    }

    /** The commit that this load follows. */
    public Committed getBase() {
        return base;
    }

    /** 1 for the first load of a run, one more each time another run won the commit. */
    int attempt() {
        return attempt;
    }

    /** Another run has committed first: this load must begin anew. */
    void lose() {
        lost = true;
    }

    /** Whether another run won the commit. */
    public boolean isLost() {
        return lost;
    }

    /** What this load fetches. */
    public List<Resource> getResources() {
        return List.copyOf(rosters.keySet());
    }

    /** The items of a resource that were met so far. */
    public Roster roster(Resource resource) {
        return rosters.get(resource);
    }

    /** Where a page is kept as it came. */
    public Path pageFile(Resource resource, int page) throws IOException {
        return files.page(resource, page);
    }

    DatasetSchema schema() {
        return schema;
    }

    void evolve(SchemaDrift drift) {
        schema = schema.evolvedBy(drift.needed());
    }

    LoadPackage files() {
        return files;
    }

    void merged(Resource resource, Merge.Result result) {
        mergedFiles.putAll(result.files());
        uploads.addAll(result.uploads());
        changes.put(resource.name(), result.changes());
    }

    /** What the load did to each root table. */
    public Map<String, Changes> getChanges() {
        return changes;
    }

    /** The data files to upload before the commit. */
    public List<StagedFile> getUploads() {
        return uploads;
    }

    /** Whether there is anything to commit. */
    public boolean isChanged() {
        return base.sequence() == 0 || !next().manifest().equals(base.manifest());
    }

    /** The commit that this load will make. */
    public Committed next() {
        List<String> names = rosters.keySet().stream().map(Resource::name).toList();
        return new Committed(
                base.sequence() + 1,
                id,
                base.manifest().with(mergedFiles),
                base.state().next(names, startedAt, schema));
    }

    /** The files that the commit makes superfluous. */
    public List<CommittedFile> superseded() {
        Set<CommittedFile> current = Set.copyOf(next().manifest().files());
        return base.manifest().files().stream()
                .filter(file -> !current.contains(file))
                .toList();
    }
}
