package io.github.hevypipeline.ops;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.settings.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How the runs of this process ended, as far as its health depends on it.
 *
 * <p>Thread-safe.
 */
public final class RunHistory {
    /** How much longer a run may take than the one before, by itself no reason to worry. */
    private static final Duration GRACE = Duration.ofMinutes(15);

    private final Schedule schedule;
    private final Duration limit;
    private final Instant up;
    private Instant begun;
    private Instant goodBegun;
    private Instant goodEnded;
    private int failures;
    private Failure failure;

    /** {@code limit} is how old the data may become; null for two scheduled times and a quarter of an hour. */
    public RunHistory(Schedule schedule, Duration limit, Instant up) {
        this.schedule = schedule;
        this.limit = limit;
        this.up = up;
    }

    /** Which kind of failure it was, and when: what more there is to say may hold text of others, and is in the log. */
    record Failure(ExitCode kind, Instant time) {}

    synchronized void begun(Instant time) {
        begun = time;
    }

    /** A run that a signal has stopped has neither failed nor ended well. */
    synchronized void ended(Instant time, ExitCode how) {
        if (how == ExitCode.DONE) {
            goodBegun = begun;
            goodEnded = time;
            failures = 0;
            failure = null;
        } else if (how != ExitCode.TERMINATED) {
            failures++;
            failure = new Failure(how, time);
        }
    }

    /** How many runs have failed since the last that ended well. */
    synchronized int failures() {
        return failures;
    }

    /** How the last run has failed, if it has. */
    synchronized Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** When the last run that ended well had begun to ask Hevy: what was there by then is in the tables. */
    synchronized Optional<Instant> goodBegun() {
        return Optional.ofNullable(goodBegun);
    }

    synchronized Optional<Instant> goodEnded() {
        return Optional.ofNullable(goodEnded);
    }

    /** From when on the data counts as stale, if no run ends well before. */
    synchronized Instant staleFrom() {
        Instant known = goodBegun == null ? up : goodBegun;
        return limit == null ? schedule.after(schedule.after(known)).plus(GRACE) : known.plus(limit);
    }
}
