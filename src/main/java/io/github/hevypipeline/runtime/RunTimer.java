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
 * The timer of the route {@code pipeline} in a process that stays up: one run after another, each at its planned time.
 *
 * <p>Thread-safe; ended by whoever made it. It looks at the clock once a minute, so that neither a machine that slept nor
 * a clock that was set makes a run late. No failure ends it.
 */
final class RunTimer extends Timer {
    private static final Logger LOG = LoggerFactory.getLogger(RunTimer.class);
    private static final long MOST_MILLIS = 60_000;

    private final RunPlan plan;
    private final InstantSource clock;
    private final ZoneId zone;
    private final Supplier<ExitCode> last;
    private boolean ended;

    /**
     * Nothing begins before Camel asks.
     *
     * @param zone in which log lines tell the time
     * @param last how the run ended that was the last to begin
     */
    RunTimer(RunPlan plan, InstantSource clock, ZoneId zone, Supplier<ExitCode> last) {
        super("pipeline", true);
        this.plan = plan;
        this.clock = clock;
        this.zone = zone;
        this.last = last;
    }

    /** Has the plan decide when the task is run; delay and period are those of a run without a schedule. */
    @Override
    public void schedule(TimerTask run, long delay, long period) {
        Instant first = plan.first(clock.instant());
        if (first.isAfter(clock.instant())) {
            LOG.info("the first run begins at {}", told(first));
        }
        await(run, first);
    }

    private synchronized void await(TimerTask run, Instant time) {
        if (!ended) {
            long millis = Duration.between(clock.instant(), time).toMillis();
            super.schedule(new Wakening(run, time), Math.max(0, Math.min(millis, MOST_MILLIS)));
        }
    }

    /** No run begins any more. */
    synchronized void end() {
        ended = true;
        cancel();
    }

    private String told(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS)
                .atZone(zone)
                .toOffsetDateTime()
                .toString();
    }

    private final class Wakening extends TimerTask {
        private final TimerTask run;
        private final Instant time;

        Wakening(TimerTask run, Instant time) {
            this.run = run;
            this.time = time;
        }

        @Override
        public void run() {
            Instant begun = clock.instant();
            if (begun.isBefore(time)) {
                await(run, time);
                return;
            }
            try {
                run.run();
            } catch (RuntimeException | Error e) {
                // Or this thread would end, and the process stay up for nothing.
                LOG.error("A run ended in a way that Camel does not know of", e);
            }
            ExitCode how = last.get();
            Instant next = plan.next(begun, clock.instant(), how);
            if (how != ExitCode.TERMINATED) {
                LOG.info("the next run begins at {}", told(next));
            }
            await(run, next);
        }
    }
}
