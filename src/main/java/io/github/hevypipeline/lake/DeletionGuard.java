package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.internal.WorkFolder;
import io.github.hevypipeline.lake.rows.Merge;
import io.github.hevypipeline.lake.rows.RootKeyIndex;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.report.WordedDuration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back a load that would delete much, until a later load finds the same or the user allows it.
 *
 * <p>Not thread-safe; used by one run at a time. Only rows that are absent from a full refresh count, not those that the
 * feed of changes names. A finding is kept in the work folder until the next load that passes.
 */
public final class DeletionGuard {
    private static final Logger LOG = LoggerFactory.getLogger(DeletionGuard.class);

    /** Longer than a stale cache or a lagging replica gives wrong responses. */
    public static final Duration BELIEVED_AFTER = Duration.ofMinutes(10);

    private static final long MAX_ROWS = 10;
    private static final long MAX_PERCENT = 20;

    private final WorkFolder folder;
    private final boolean allowed;
    private final Clock clock;

    /** {@code allowed} means that the user expects many rows to be deleted. */
    DeletionGuard(WorkFolder folder, boolean allowed, Clock clock) {
        this.folder = folder;
        this.allowed = allowed;
        this.clock = clock;
    }

    /** Whether so many rows of a table that had so many, and has so many then, are too many to delete at once. */
    public static boolean isMuch(long deleted, long before, long after) {
        return deleted > 0 && (after == 0 || (deleted > MAX_ROWS && deleted * 100 > before * MAX_PERCENT));
    }

    /** The rows of a root table that a full refresh no longer lists. */
    private record Absent(Resource resource, long rows, long before, Set<String> keys) {
        boolean isMuch(long after) {
            return DeletionGuard.isMuch(rows, before, after);
        }

        @Override
        public String toString() {
            return rows + " of " + before + (resource.exported() ? " exported " : " ") + resource.table();
        }
    }

    /**
     * Checks that a load deletes little, or the same as one before.
     *
     * @throws TransientError if it is held back; its pages are removed, so that the next load asks Hevy again
     */
    void check(LoadTransaction load) throws IOException {
        List<Absent> much = new ArrayList<>();
        for (Resource resource : load.getResources()) {
            Absent absent = absent(load, resource);
            if (absent.isMuch(load.pending().next().manifest().rows(resource))) {
                much.add(absent);
            }
        }
        if (much.isEmpty()) {
            folder.forgetHeldDeletions();
            return;
        }
        String counts = String.join(" and ", much.stream().map(Absent::toString).toList());
        if (allowed) {
            LOG.warn("land      deleting {}, as PIPELINE_ALLOW_DELETIONS is set", counts);
            return;
        }
        Instant believedFrom = firstFound(fingerprint(much)).plus(BELIEVED_AFTER);
        if (!load.startedAt().isBefore(believedFrom)) {
            LOG.warn("land      deleting {}: an earlier run found the same", counts);
            return;
        }
        boolean isOfExport = much.stream().allMatch(absent -> absent.resource().exported());
        String source = isOfExport ? "The export" : "Hevy";
        load.holdBack(much.stream().mapToLong(Absent::rows).sum());
        throw new TransientError(
                ExitCode.HEVY_API,
                source + " no longer lists " + counts
                        + "; such a large deletion is held back and nothing was committed.",
                "If you deleted them, run once with PIPELINE_ALLOW_DELETIONS=true. Otherwise run again in "
                        + WordedDuration.of(remaining(believedFrom))
                        + ": if " + (isOfExport ? "it" : source) + " still says the same, it is believed.");
    }

    private Absent absent(LoadTransaction load, Resource resource) throws IOException {
        long rows = load.getBase().manifest().rows(resource);
        long after = load.pending().next().manifest().rows(resource);
        boolean deletes = load.changes(resource).deleted() > 0 || after < rows;
        if (load.plan(resource).isIncremental() || !deletes) {
            return new Absent(resource, 0, rows, Set.of());
        }
        ItemDeduplicator items = load.items(resource);
        RootKeyIndex committed = load.readableRoots(resource);
        Set<String> keys = new TreeSet<>(committed.keysBut(items.existing(), items.deleted()));
        Set<String> ofApi = ofApi(load.passedOver(resource), committed, keys);
        keys.removeAll(ofApi);
        long before = rows - ofApi.size();
        // Rows of a lost file have no keys here, but they are not listed any more either.
        long fewer = before - after - items.deleted().size();
        return new Absent(resource, Math.max(keys.size(), fewer), before, keys);
    }

    /**
     * The committed roots of an export that give way to the API: the export still lists them, or the API has one of their
     * time. One of which neither is true is deleted, although it lies within the API's time.
     */
    private static Set<String> ofApi(Merge.PassedOver passedOver, RootKeyIndex committed, Set<String> unlisted) {
        return Stream.concat(
                        passedOver.staged().stream().filter(committed::holdsKey),
                        passedOver.committedShared().stream().filter(unlisted::contains))
                .collect(Collectors.toSet());
    }

    /** When this was found first; now, if it was not found before. */
    private Instant firstFound(String finding) throws IOException {
        Instant now = clock.instant();
        Optional<Instant> before = folder.heldDeletions(finding).filter(found -> !found.isAfter(now));
        if (before.isPresent()) {
            return before.get();
        }
        folder.noteHeldDeletions(finding, now);
        return now;
    }

    private Duration remaining(Instant believedFrom) {
        Duration exact = Duration.between(clock.instant(), believedFrom);
        return Duration.ofMinutes(Math.max(1, exact.plusSeconds(59).toMinutes()));
    }

    private static String fingerprint(List<Absent> much) {
        MessageDigest digest = Sha256.digest();
        for (Absent absent : much) {
            digest.update((absent + "\n" + String.join("\n", absent.keys()) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
