package io.github.hevypipeline.raw;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The keys of the raw dataset, listed a request at a time: the newest commit, and what no commit explains.
 *
 * <p>Not thread-safe; it belongs to one run. The S3 producer gives one answer of at most 1,000 keys, in their order.
 */
public final class DatasetListing {
    private static final Pattern OF_A_LOAD =
            Pattern.compile("(?!_dlt_loads/)([^/]+)/(\\d+\\.\\d+)(\\.[^/]+)?\\.parquet");
    /** No run takes as long: what is older by this much than the newest object was left by a run that is dead. */
    private static final Duration LONGEST_RUN = Duration.ofDays(1);

    private final String bucket;
    private final String prefix;
    private final Map<String, Instant> written = new HashMap<>();
    private final Map<String, S3Object> objects = new HashMap<>();
    private final List<String> commitKeys = new ArrayList<>();
    private final List<String> foreign = new ArrayList<>();
    private Instant newestObject = Instant.EPOCH;
    private String marker;
    private boolean finished;

    DatasetListing(Destination destination) {
        this(destination.bucket(), destination.rawKey(""));
    }

    private DatasetListing(String bucket, String prefix) {
        this.bucket = bucket;
        this.prefix = prefix;
    }

    /** Lists what the transform has made instead. */
    static DatasetListing ofTransformed(Destination destination) {
        return new DatasetListing(destination.bucket(), destination.transformedPrefix() + "/");
    }

    /** Size and ETag of each object by its path, divided by a blank. */
    Map<String, String> sizesAndETags() {
        return objects.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        object -> object.getValue().size() + " "
                                + String.valueOf(object.getValue().eTag()).replaceAll("[\\s\"]", "")));
    }

    /** Whether there may be more keys. */
    public boolean isUnfinished() {
        return !finished;
    }

    /** The next request. */
    public ListObjectsRequest getRequest() {
        return ListObjectsRequest.builder()
                .bucket(bucket)
                .prefix(prefix)
                .marker(marker)
                .build();
    }

    void add(List<S3Object> answer) {
        for (S3Object object : answer) {
            add(object.key().substring(prefix.length()), object.lastModified());
            objects.put(object.key().substring(prefix.length()), object);
            marker = object.key();
        }
        finished = answer.isEmpty();
    }

    private void add(String path, Instant lastModified) {
        if (LoadLog.sequenceOf(path) > 0) {
            commitKeys.add(prefix + path);
        } else if (OF_A_LOAD.matcher(path).matches()) {
            written.put(path, lastModified);
            newestObject = lastModified.isAfter(newestObject) ? lastModified : newestObject;
        } else {
            foreign.add(path);
        }
    }

    /** The key of the newest commit, or null if there is none. */
    public String getNewestKey() {
        return commitKeys.isEmpty() ? null : commitKeys.get(commitKeys.size() - 1);
    }

    /** The sequence of the newest commit, or 0 if there is none. */
    long newestSequence() {
        return commitKeys.isEmpty() ? 0 : LoadLog.sequenceOf(getNewestKey().substring(prefix.length()));
    }

    /** The newest load of which there is an object, committed or not; null if there is none. */
    String newestLoadId() {
        return newestLoadId("");
    }

    /** The newest load of which there is a state, committed or not; null if there is none. */
    String newestStateLoadId() {
        return newestLoadId(LoadLog.STATE + "/");
    }

    private String newestLoadId(String folder) {
        return written.keySet().stream()
                .filter(path -> path.startsWith(folder))
                .map(DatasetListing::loadId)
                .max(Comparator.comparing(BigDecimal::new))
                .orElse(null);
    }

    /** Forgets objects that were deleted, or should have been. */
    void forget(Collection<String> paths) {
        written.keySet().removeAll(paths);
    }

    /** Forgets the newest commit: it cannot be read, and another takes its place. */
    void forgetNewestCommit() {
        commitKeys.remove(commitKeys.size() - 1);
    }

    /** Begins to tell which states belong to a commit. */
    CommittedStates states(Committed committed) {
        List<String> loadIds = written.keySet().stream()
                .filter(path -> path.startsWith(LoadLog.STATE + "/"))
                .map(DatasetListing::loadId)
                .filter(loadId -> committed.loadId() != null && !LoadIds.isAfter(loadId, committed.loadId()))
                .toList();
        List<String> older = commitKeys.stream()
                .filter(key -> LoadLog.sequenceOf(key.substring(prefix.length())) < committed.sequence())
                .toList();
        return new CommittedStates(loadIds, older, committed.loadId());
    }

    /** Objects that no load has written; they are never read and never touched. */
    List<String> foreign() {
        return foreign;
    }

    /** What S3 says of an object; null if it is not there. */
    S3Object object(String path) {
        return objects.get(path);
    }

    boolean holds(String path) {
        return written.containsKey(path);
    }

    /**
     * What dead loads have left: data files that no commit can name any more. A load that follows the newest commit has
     * a later id, and may be alive until its objects are a day old.
     */
    List<String> strays(Committed committed, Optional<Leftovers.Resumable> resumable) {
        Set<String> current =
                committed.manifest().files().stream().map(CommittedFile::path).collect(Collectors.toSet());
        String resumed = resumable.map(Leftovers.Resumable::loadId).orElse("");
        return written.keySet().stream()
                .filter(path -> !current.contains(path))
                .filter(path -> !loadId(path).equals(resumed))
                .filter(path -> isDead(path, committed))
                .sorted()
                .toList();
    }

    private boolean isDead(String path, Committed committed) {
        if (LoadIds.isAfter(loadId(path), committed.loadId())) {
            return written.get(path).plus(LONGEST_RUN).isBefore(newestObject);
        }
        // Whether a state belongs to a commit is not told by its name.
        return !path.startsWith(LoadLog.STATE + "/");
    }

    private static String loadId(String path) {
        Matcher name = OF_A_LOAD.matcher(path);
        if (!name.matches()) {
            throw new IllegalArgumentException("not an object of a load: " + path);
        }
        return name.group(2);
    }
}
