package io.github.hevypipeline.ops;

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
 * Is told how each run of this process went, and tells it as health and metrics.
 *
 * <p>Thread-safe.
 */
public final class RunWatch {
    private final RunHistory history;
    private final InstantSource clock;
    private final LongAdder repetitions = new LongAdder();
    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final RunMetrics metrics;

    /** Watches a process that is up since the history begins. */
    public RunWatch(RunHistory history, InstantSource clock) {
        this.history = history;
        this.clock = clock;
        this.metrics = new RunMetrics(registry, history, clock);
    }

    /** What Camel has to ask for this program's health. */
    public HealthCheck health() {
        return new RunHealth(history, clock);
    }

    /** Where the metrics are, for Camel to add its own. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Counts Hevy's responses; {@link #repeated()} tells of its retries. */
    public void countHevy(Supplier<Optional<ResponseMetrics>> responses) {
        metrics.count("hevy", responses, repetitions::sum);
    }

    /** Counts the responses of S3 and its retries. */
    public void countS3(Supplier<Optional<ResponseMetrics>> responses, Supplier<Long> retries) {
        metrics.count("s3", responses, retries);
    }

    /** Tells the pace at which Hevy may be asked. */
    public void tellPace(Supplier<Optional<Pace>> pace) {
        metrics.pace(pace);
    }

    /** How many objects the last run could not delete, since S3 denies it. */
    public void notDeleted(int objects) {
        metrics.notDeleted(objects);
    }

    /** A request to Hevy is sent again. */
    public void repeated() {
        repetitions.increment();
    }

    /** A run has begun. */
    public void begun() {
        history.begun(clock.instant());
    }

    /**
     * A run has ended.
     *
     * @param all how long it took
     * @param steps how long its steps took, by their names
     * @param committed the files that it left; null if it did not come to know them
     */
    public void ended(ExitCode how, Duration all, Map<String, Duration> steps, Manifest committed) {
        history.ended(clock.instant(), how);
        metrics.ended(how, all, steps);
        if (committed != null) {
            metrics.committed(committed);
        }
    }

    /**
     * A run is about to end, and this is what its guards have said.
     *
     * @param heldBackRows how many rows it would have deleted, had it not been held back; 0 if it was not
     * @param otherAccount whether its key was of another account than the lake
     */
    public void guarded(long heldBackRows, boolean otherAccount) {
        metrics.guarded(heldBackRows, otherAccount);
    }
}
