package io.github.hevypipeline.ops;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.settings.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The outcomes of the runs of this process that its health depends on.
 *
 * <p>Thread-safe.
 */
public final class RunHistory {
    /** How much longer a run may take than the one before. */
    private static final Duration GRACE = Duration.ofMinutes(15);

    private final Schedule schedule;
    private final Duration limit;
    private final Instant up;
    private Instant begun;
    private Instant goodBegun;
    private Instant goodEnded;
    private int failures;
    private Failure failure;
    private boolean exportRefused;

    /** {@code limit} is the maximum age of the data; null for two scheduled times plus 15 minutes. */
    public RunHistory(Schedule schedule, Duration limit, Instant up) {
        this.schedule = schedule;
        this.limit = limit;
        this.up = up;
    }

    /** The kind and the time of a failure. Its message may quote a server, so it is in the log only. */
    record Failure(ExitCode kind, Instant time, boolean isOfExport) {}

    /** Whether the run that ends could not read the export. */
    synchronized void exportRefused(boolean refused) {
        exportRefused = refused;
    }

    synchronized boolean isExportRefused() {
        return exportRefused;
    }

    synchronized void begun(Instant time) {
        begun = time;
    }

    /** A run stopped by a signal counts neither as a failure nor as a success. */
    synchronized void ended(Instant time, ExitCode how) {
        if (how == ExitCode.DONE) {
            goodBegun = begun;
            goodEnded = time;
            failures = 0;
            failure = null;
        } else if (how != ExitCode.TERMINATED) {
            failures++;
            failure = new Failure(how, time, exportRefused);
        }
    }

    /** The number of failed runs since the last success. */
    synchronized int failures() {
        return failures;
    }

    /** The failure of the last run, if it failed. */
    synchronized Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** The start of the last successful run: the tables hold everything up to then. */
    synchronized Optional<Instant> goodBegun() {
        return Optional.ofNullable(goodBegun);
    }

    synchronized Optional<Instant> goodEnded() {
        return Optional.ofNullable(goodEnded);
    }

    /** When the data becomes stale, unless a run succeeds before. */
    synchronized Instant staleFrom() {
        Instant known = goodBegun == null ? up : goodBegun;
        return limit == null ? schedule.after(schedule.after(known)).plus(GRACE) : known.plus(limit);
    }
}
