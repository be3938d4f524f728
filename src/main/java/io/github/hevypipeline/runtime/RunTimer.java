package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Timer} behind the route {@code start} in a scheduled process: starts one run after another as planned.
 *
 * <p>Thread-safe. Its owner ends it; no failure does. Reads the clock at least once a minute, so that a run is not late
 * after the machine slept or the clock was set.
 */
final class RunTimer extends Timer {
    private static final Logger LOG = LoggerFactory.getLogger(RunTimer.class);
    private static final long MAX_WAIT_MILLIS = 60_000;
    /** Between two looks at the export. */
    private static final long LOOK_MILLIS = ExportWatch.STILL.toMillis();

    private final RunPlan plan;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Supplier<ExitCode> last;
    /** Null without an export. */
    private final ExportWatch watch;

    private boolean ended;

    /**
     * @param zone the time zone of times in the log
     * @param last the exit code of the last run
     * @param watch starts a run early when an export has arrived, and none while one arrives; null without an export
     */
    RunTimer(RunPlan plan, InstantSource clock, ZoneId zone, Supplier<ExitCode> last, ExportWatch watch) {
        super("pipeline", true);
        this.plan = plan;
        this.clock = clock;
        this.zone = zone;
        this.last = last;
        this.watch = watch;
    }

    /** Runs the task whenever the plan says, first not before Camel's delay: Camel skips a run of a consumer that starts. */
    @Override
    public void schedule(TimerTask run, long delay, long period) {
        Instant first = plan.first(clock.instant());
        if (first.isAfter(clock.instant())) {
            LOG.info("the first run begins at {}", format(first));
        }
        Instant earliest = clock.instant().plusMillis(delay);
        await(run, first.isBefore(earliest) ? earliest : first);
    }

    private synchronized void await(TimerTask run, Instant time) {
        if (!ended) {
            long millis = Duration.between(clock.instant(), time).toMillis();
            long longest = watch == null ? MAX_WAIT_MILLIS : LOOK_MILLIS;
            super.schedule(new WakeUp(run, time), Math.max(0, Math.min(millis, longest)));
        }
    }

    /** Starts no further run. */
    synchronized void end() {
        ended = true;
        cancel();
    }

    private String format(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS)
                .atZone(zone)
                .toOffsetDateTime()
                .toString();
    }

    private final class WakeUp extends TimerTask {
        private final TimerTask run;
        private final Instant time;

        WakeUp(TimerTask run, Instant time) {
            this.run = run;
            this.time = time;
        }

        /** The export is not complete, even if a run is due. */
        private void lookAgain() {
            await(run, time.isBefore(clock.instant()) ? clock.instant().plusMillis(LOOK_MILLIS) : time);
        }

        @Override
        public void run() {
            Instant begun = clock.instant();
            ExportWatch.State export = watch == null ? ExportWatch.State.UNCHANGED : watch.look();
            if (export == ExportWatch.State.ARRIVING) {
                lookAgain();
                return;
            }
            if (begun.isBefore(time) && export == ExportWatch.State.UNCHANGED) {
                await(run, time);
                return;
            }
            if (watch != null) {
                watch.runBegins();
            }
            try {
                run.run();
            } catch (RuntimeException | Error e) {
                // Otherwise the timer's thread would die, and the process stay up without another run.
                LOG.error("A run failed outside of Camel's error handling", e);
            }
            ExitCode exitCode = last.get();
            Instant next = plan.next(begun, clock.instant(), exitCode);
            if (exitCode != ExitCode.TERMINATED) {
                LOG.info("the next run begins at {}", format(next));
            }
            await(run, next);
        }
    }
}
