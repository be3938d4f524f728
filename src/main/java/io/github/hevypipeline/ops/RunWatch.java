package io.github.hevypipeline.ops;

import io.github.hevypipeline.accounts.AccountStats;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.http.ResponseMetrics;
import io.github.hevypipeline.lake.Manifest;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheck;

/**
 * Publishes the runs of this process as health checks and metrics.
 *
 * <p>Thread-safe.
 */
public final class RunWatch {
    private final RunHistory history;
    private final InstantSource clock;
    private final LongAdder repetitions = new LongAdder();
    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RunMetrics metrics;

    /** Watches a process that started with the history. */
    public RunWatch(RunHistory history, InstantSource clock) {
        this.history = history;
        this.clock = clock;
        this.metrics = new RunMetrics(registry, history, clock);
    }

    /** The health check to register with Camel. */
    public HealthCheck health() {
        return new RunHealth(history, clock);
    }

    /** The registry, to which Camel adds its own metrics. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Registers the requests to Hevy; {@link #repeated()} counts the retries. */
    public void countHevy(Supplier<Optional<ResponseMetrics>> responses) {
        metrics.count("hevy", responses, repetitions::sum);
    }

    /** Registers the requests to S3 and their retries. */
    public void countS3(Supplier<Optional<ResponseMetrics>> responses, Supplier<Long> retries) {
        metrics.count("s3", responses, retries);
    }

    /** Registers the counts of a process with many accounts. */
    public void countAccounts(AccountStats stats) {
        AccountMetrics.register(registry, stats, clock);
    }

    /** Registers the rate limiter of Hevy. */
    public void tellPace(Supplier<Optional<Pace>> pace) {
        metrics.pace(pace);
    }

    /** Records the number of objects that S3 did not allow the last run to delete. */
    public void notDeleted(int objects) {
        metrics.notDeleted(objects);
    }

    /** Counts a retry of a request to Hevy. */
    public void repeated() {
        repetitions.increment();
    }

    /** Records the start of a run. */
    public void begun() {
        history.begun(clock.instant());
    }

    /**
     * Records the end of a run.
     *
     * @param all its duration
     * @param steps the duration of each step, by name
     * @param committed the files of the newest commit; null if the run did not read it
     */
    public void ended(ExitCode how, Duration all, Map<String, Duration> steps, Manifest committed) {
        if (committed != null) {
            metrics.committed(committed);
        }
        metrics.timed(all, steps);
        history.ended(clock.instant(), how);
        // Last, so that whoever sees the run counted sees its health and its other figures too.
        metrics.counted(how);
    }

    /** Records whether the last run could not read the export, before the run ends. */
    public void exportRefused(boolean refused) {
        history.exportRefused(refused);
    }

    /**
     * Records the results of the guards, before the run ends.
     *
     * @param heldBackRows the number of rows whose deletion was held back; 0 for none
     * @param otherAccount whether the key belongs to another account than the lake
     */
    public void guarded(long heldBackRows, boolean otherAccount) {
        metrics.guarded(heldBackRows, otherAccount);
    }
}
