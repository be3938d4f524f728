package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.LoadIds;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.rows.Merge;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Variable;

/**
 * Lists the raw dataset: the newest commit, and the objects that no commit explains.
 *
 * <p>Not thread-safe; it belongs to one run. Keys may come in any order. A key that is not on the allow-list of
 * {@link DatasetPath} is foreign: it is reported, and neither read nor deleted.
 */
public final class DatasetListing extends ObjectListing {
    /** No run takes as long: an object so much older than the newest one was left by a dead run. */
    private static final Duration LONGEST_RUN = Duration.ofDays(1);

    private final DatasetSchema declared;
    private final Map<DatasetPath, Instant> written = new HashMap<>();
    private final Map<String, ListedObject> objects = new HashMap<>();
    private final SortedMap<Long, DatasetPath> commits = new TreeMap<>();
    private final Set<String> foreign = new LinkedHashSet<>();
    private Instant newestObject = Instant.EPOCH;
    private boolean provenNewest;

    public DatasetListing(Destination destination, DatasetSchema declared) {
        super(destination, destination.rawFolder());
        this.declared = declared;
    }

    @Override
    protected boolean add(ListedObject object) {
        if (!object.key().startsWith(prefix())) {
            return foreign.add(object.key());
        }
        String text = object.key().substring(prefix().length());
        objects.put(text, object);
        DatasetPath path = DatasetPath.of(text).orElse(null);
        if (path == null || path.kind() == DatasetPath.Kind.PROBE) {
            return foreign.add(text);
        }
        if (path.kind() == DatasetPath.Kind.COMMIT) {
            return commits.put(path.sequence(), path) == null;
        }
        Instant lastModified = object.lastModified();
        newestObject = lastModified.isAfter(newestObject) ? lastModified : newestObject;
        return written.put(path, lastModified) == null;
    }

    /** The key of the newest commit, the one with the highest number, or null if there is none. */
    public String getNewestKey() {
        return commits.isEmpty()
                ? null
                : prefix() + commits.get(commits.lastKey()).text();
    }

    /** The number of the newest commit; 0 if there is none. */
    public long newestSequence() {
        return commits.isEmpty() ? 0 : commits.lastKey();
    }

    /** Whether S3 has no later commit than the newest listed one. */
    public boolean isProvenNewest() {
        return provenNewest;
    }

    /** There is no later commit, so objects that no commit names may be deleted. */
    public void proveNewest() {
        provenNewest = true;
    }

    /** The newest load of which there is an object, committed or not; null if there is none. */
    public String newestLoadId() {
        return newestLoadId(path -> true);
    }

    /** The newest load of which there is a state, committed or not; null if there is none. */
    public String newestStateLoadId() {
        return newestLoadId(path -> path.kind() == DatasetPath.Kind.STATE);
    }

    private String newestLoadId(Predicate<DatasetPath> of) {
        return written.keySet().stream()
                .filter(of)
                .map(DatasetPath::name)
                .max(Comparator.comparing(BigDecimal::new))
                .orElse(null);
    }

    /** Forgets objects that were deleted, or should have been. */
    public void forget(Collection<String> paths) {
        written.keySet().removeIf(path -> paths.contains(path.text()));
    }

    /** Forgets the newest commit: it cannot be read, and another takes its place. */
    public void forgetNewestCommit() {
        commits.remove(commits.lastKey());
    }

    /** Begins to find the states that belong to no commit. */
    public CommittedStates states(@Variable("committed") Snapshot committed) {
        List<String> loadIds = written.keySet().stream()
                .filter(path -> path.kind() == DatasetPath.Kind.STATE)
                .map(DatasetPath::name)
                .filter(loadId -> committed.loadId() != null && !LoadIds.isAfter(loadId, committed.loadId()))
                .toList();
        List<String> older = commits.headMap(committed.sequence()).values().stream()
                .map(path -> prefix() + path.text())
                .toList();
        return new CommittedStates(loadIds, older, committed.loadId());
    }

    /** Objects that no load has written, or of an unknown table; they are neither read nor deleted. */
    public List<String> foreign(Snapshot committed) {
        DatasetSchema known = known(committed);
        return Stream.concat(
                        foreign.stream(),
                        written.keySet().stream()
                                .filter(path -> !isOfTable(path, known))
                                .map(DatasetPath::text))
                .sorted()
                .toList();
    }

    private DatasetSchema known(Snapshot committed) {
        return declared.with(committed.state().tables());
    }

    private static boolean isOfTable(DatasetPath path, DatasetSchema known) {
        return path.kind() == DatasetPath.Kind.STATE || known.has(path.table());
    }

    /**
     * Whether there are files with rows that come from a resource, committed or not. An empty table of divided files is
     * everybody's.
     */
    public boolean holdsRowsOf(Resource resource) {
        return written.keySet().stream()
                .filter(path -> path.kind() == DatasetPath.Kind.DATA)
                .filter(path -> path.table().equals(resource.table()) && resource.owns(path.part()))
                .anyMatch(path ->
                        resource.partitionByYearOf() == null || !path.part().equals(Merge.ONLY_PART));
    }

    /** The object at a path; null if it was not listed. */
    public ListedObject object(String path) {
        return objects.get(path);
    }

    public boolean holds(String path) {
        return DatasetPath.of(path).filter(written::containsKey).isPresent();
    }

    /**
     * The paths that dead loads have left, not the one that is resumed: no commit can name them any more. A load that follows the newest commit has a
     * later id, and may be alive until its objects are a day old.
     */
    public List<String> strays(Snapshot committed, Optional<String> resumed) {
        Set<String> current =
                committed.manifest().files().stream().map(CommittedFile::path).collect(Collectors.toSet());
        DatasetSchema known = known(committed);
        return written.keySet().stream()
                .filter(path -> !current.contains(path.text()))
                .filter(path -> isOfTable(path, known))
                .filter(path -> !path.name().equals(resumed.orElse("")))
                .filter(path -> isDead(path, committed))
                .map(DatasetPath::text)
                .sorted()
                .toList();
    }

    private boolean isDead(DatasetPath path, Snapshot committed) {
        if (LoadIds.isAfter(path.name(), committed.loadId())) {
            return written.get(path).plus(LONGEST_RUN).isBefore(newestObject);
        }
        // Whether a state belongs to a commit is not told by its name.
        return path.kind() != DatasetPath.Kind.STATE;
    }
}
