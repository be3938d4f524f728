package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.settings.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * When the next run begins: as scheduled, or sooner after one that failed for what may pass by itself.
 *
 * <p>Not thread-safe: the timer's own thread asks it. Times that pass while a run is under way make one run after it.
 */
final class RunPlan {
    /** What a run at once would meet again: rows that fail a test, a setting or a key that is refused. */
    private static final Set<ExitCode> TO_BE_MENDED = EnumSet.of(ExitCode.DATA_TEST_FAILED, ExitCode.CONFIGURATION);

    private static final int MOST_DOUBLINGS = 20;

    private final Schedule schedule;
    private final Duration firstWait;
    private int failures;

    /** {@code firstWait} is how long to wait after the first failure; it doubles with each further one in a row. */
    RunPlan(Schedule schedule, Duration firstWait) {
        this.schedule = schedule;
        this.firstWait = firstWait;
    }

    Instant first(Instant up) {
        return schedule.first(up);
    }

    /** When the next run begins after one that has ended; never after the next scheduled time. */
    Instant next(Instant begun, Instant ended, ExitCode how) {
        if (how == ExitCode.DONE) {
            failures = 0;
            return later(schedule.after(begun), ended);
        }
        failures++;
        Instant scheduled = schedule.after(ended);
        if (TO_BE_MENDED.contains(how)) {
            return scheduled;
        }
        Instant sooner = ended.plus(firstWait.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS)));
        return sooner.isBefore(scheduled) ? sooner : scheduled;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
