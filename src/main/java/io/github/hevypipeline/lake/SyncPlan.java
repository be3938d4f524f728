package io.github.hevypipeline.lake;

import io.github.hevypipeline.lake.schema.Resource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a load refreshes a resource fully or reads its changes, and why.
 *
 * <p>Immutable.
 *
 * @param isIncremental whether items that are not fetched stay as they are committed; else they are gone
 * @param reason why all or nothing is fetched, for the log; null for the usual case
 * @param since the start of the changes to read; null if all or nothing is fetched
 */
public record SyncPlan(boolean isIncremental, String reason, Instant since) {
    /** Tombstones may expire, so everything is compared from time to time. */
    public static final Duration LONGEST_WITHOUT_FULL_REFRESH = Duration.ofDays(7);

    /**
     * The state when a load begins.
     *
     * @param demanded whether the user wants a full refresh
     * @param complete whether the table was loaded before and all its files are readable
     * @param watermark changes up to this instant have been loaded
     * @param lastFullRefresh when everything was fetched last
     * @param now when this load begins to fetch
     */
    public record Situation(
            boolean demanded,
            boolean complete,
            Optional<Instant> watermark,
            Optional<Instant> lastFullRefresh,
            Instant now) {}

    /** The plan of a resource; one without a feed of changes is fetched as a whole. */
    public static SyncPlan of(Resource resource, Situation situation) {
        if (resource.events() == null) {
            return all(null);
        }
        String reason = reasonForAll(situation);
        return reason == null
                ? new SyncPlan(
                        true,
                        null,
                        resource.events().since(situation.watermark().orElseThrow()))
                : all(reason);
    }

    /** Everything is fetched. */
    public static SyncPlan all(String reason) {
        return new SyncPlan(false, reason, null);
    }

    /** Nothing is fetched, so the committed rows stay. */
    public static SyncPlan nothing(String reason) {
        return new SyncPlan(true, reason, null);
    }

    /** Whether nothing is fetched. */
    public boolean isNothing() {
        return isIncremental && since == null;
    }

    private static String reasonForAll(Situation situation) {
        Instant now = situation.now();
        if (situation.demanded()) {
            return "PIPELINE_FULL_REFRESH is set";
        }
        if (!situation.complete() || situation.watermark().isEmpty()) {
            return "nothing usable is committed yet";
        }
        if (situation.watermark().get().isAfter(now)) {
            return "the clock stands before the last load";
        }
        boolean due = situation.lastFullRefresh().isEmpty()
                || situation.lastFullRefresh().get().isAfter(now)
                || situation
                        .lastFullRefresh()
                        .get()
                        .plus(LONGEST_WITHOUT_FULL_REFRESH)
                        .isBefore(now);
        return due ? "it is a week since all were compared" : null;
    }
}
