package io.github.hevypipeline.runtime;

import io.github.hevypipeline.accounts.AccountStats;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.hevy.HevyHttpClient;
import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.hevy.export.ExportApi;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.Sweep;
import io.github.hevypipeline.lake.s3.S3Responses;
import io.github.hevypipeline.ops.RunHistory;
import io.github.hevypipeline.ops.RunWatch;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Schedule;
import io.github.hevypipeline.settings.Settings;
import io.github.hevypipeline.settings.SettingsValidator;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.camel.main.Main;
import org.apache.camel.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a scheduled process that a single run does without: the timer, the report's web server, health and
 * metrics.
 *
 * <p>Thread-safe. Its owner closes it.
 */
final class ScheduledProcess implements AutoCloseable {
    /** The bean that the route {@code start} uses as its timer. */
    static final String TIMER = "runTimer";

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledProcess.class);

    private final Settings settings;
    private final Progress progress;
    private final RunTimer timer;
    private final RunWatch watch;
    private volatile ExitCode last = ExitCode.DONE;

    /** {@code progress} measures each run. */
    ScheduledProcess(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        Clock clock = Clock.systemUTC();
        ZoneId zone = ZoneId.of(settings.get("PIPELINE_TIMEZONE"));
        Schedule schedule = Schedule.of(settings.get("PIPELINE_PERIOD"), zone);
        timer = new RunTimer(
                new RunPlan(schedule, time("PIPELINE_RETRY_DELAY")), clock, zone, () -> last, watch(settings, clock));
        Duration limit = settings.get("PIPELINE_STALE_AFTER").equals(SettingsValidator.AUTO)
                ? null
                : time("PIPELINE_STALE_AFTER");
        watch = new RunWatch(new RunHistory(schedule, limit, clock.instant()), clock);
    }

    private static ExportWatch watch(Settings settings, Clock clock) {
        return settings.has(Settings.HEVY_EXPORT) ? new ExportWatch(settings.get(Settings.HEVY_EXPORT), clock) : null;
    }

    private Duration time(String setting) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(settings.get(setting)));
    }

    /** Adds the beans, properties and route file of a scheduled process. */
    void addTo(Main camel, Properties properties, List<String> routeFiles) {
        camel.bind(TIMER, timer);
        WebServer report = WebServer.ofReport(settings);
        if (report.canStart()) {
            report.addTo(camel, properties);
            routeFiles.add(Command.SERVE_FILE);
            LOG.info("report    is at {} while this process is up", report.address());
        }
        if (addManagement(camel, properties)) {
            watch.tellPace(() -> find(camel, "pace", Pace.class));
            camel.bind("runHealth", watch.health());
        }
    }

    /** Adds the beans and properties of a worker: the timer of rounds, and metrics. It has no run that could be stale. */
    void addToWorker(Main camel, Properties properties, AccountStats stats) {
        camel.bind(TIMER, timer);
        watch.countAccounts(stats);
        addManagement(camel, properties);
    }

    private boolean addManagement(Main camel, Properties properties) {
        WebServer management = WebServer.ofManagement(settings);
        if (management.canStart()) {
            management.addTo(camel, properties);
            watch.countHevy(() -> find(camel, "hevyHttp", HevyHttpClient.class).map(HevyHttpClient::metrics));
            watch.countS3(() -> find(camel, "s3Responses", S3Responses.class).map(S3Responses::metrics), () -> find(
                            camel, "s3Responses", S3Responses.class)
                    .map(S3Responses::retries)
                    .orElse(0L));
            camel.bind("metricsRegistry", watch.registry());
            LOG.info(
                    "observe   is at {}observe/health and {}observe/metrics",
                    management.address(),
                    management.address());
        }
        return management.canStart();
    }

    private static <T> Optional<T> find(Main camel, String name, Class<T> type) {
        return Optional.ofNullable(camel.getCamelContext())
                .map(context -> context.getRegistry().lookupByNameAndType(name, type));
    }

    void runStarted() {
        watch.begun();
    }

    /** Records the end of a run. What it did not reach is null. */
    void runEnded(Outcome outcome, LoadTransaction load, Snapshot committed, Sweep sweeping, ExportApi export) {
        last = outcome.exitCode();
        watch.exportRefused(export != null && export.isRefused());
        watch.guarded(load == null ? 0 : load.getHeldBackRows(), load != null && load.isOfAnotherAccount());
        watch.ended(
                outcome.exitCode(),
                progress.total(),
                progress.steps(),
                committed == null ? null : committed.manifest());
        if (sweeping != null) {
            watch.notDeleted(sweeping.denied());
        }
    }

    /** Counts a retry of a request to Hevy. */
    void requestRetried() {
        watch.repeated();
    }

    @Override
    public void close() {
        timer.end();
    }
}
