package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.settings.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * Decides when the next run starts: on schedule, or earlier with exponential backoff after a failure that may be
 * transient.
 *
 * <p>Not thread-safe; used by the timer's thread only. Due times that pass during a run are merged into one run after
 * it.
 */
final class RunPlan {
    /** A retry would fail alike: a data test, an invalid setting, a rejected key. */
    private static final Set<ExitCode> NOT_RETRYABLE = EnumSet.of(ExitCode.DATA_TEST_FAILED, ExitCode.CONFIGURATION);

    private static final int MAX_DOUBLINGS = 20;

    private final Schedule schedule;
    private final Duration retryDelay;
    private int failures;

    /** {@code retryDelay} is the wait after the first failure; each further one in a row doubles it. */
    RunPlan(Schedule schedule, Duration retryDelay) {
        this.schedule = schedule;
        this.retryDelay = retryDelay;
    }

    Instant first(Instant up) {
        return schedule.first(up);
    }

    /** When to start the run after one that has ended; never later than its next due time. */
    Instant next(Instant begun, Instant ended, ExitCode exitCode) {
        if (exitCode == ExitCode.DONE) {
            failures = 0;
            return later(schedule.after(begun), ended);
        }
        failures++;
        Instant scheduled = schedule.after(ended);
        if (NOT_RETRYABLE.contains(exitCode)) {
            return scheduled;
        }
        Instant retry = ended.plus(retryDelay.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS)));
        return retry.isBefore(scheduled) ? retry : scheduled;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isBefore(other) ? other : one;
    }
}
