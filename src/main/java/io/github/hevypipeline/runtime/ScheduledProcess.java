package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.hevy.HevyHttpClient;
import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.Sweep;
import io.github.hevypipeline.lake.s3.S3Responses;
import io.github.hevypipeline.ops.RunHistory;
import io.github.hevypipeline.ops.RunWatch;
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
 * What a process that stays up has beside the routes of a run: the timer, the report for browsers, health and metrics.
 *
 * <p>Thread-safe; ended by whoever made it. A single run loads nothing of it.
 */
public final class ScheduledProcess implements AutoCloseable {
    /** The name by which the route {@code pipeline} finds its timer. */
    static final String TIMER = "runTimer";
    /** The route file for browsers. */
    static final String SERVE = "serve";

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledProcess.class);

    private final Settings settings;
    private final Progress progress;
    private final RunTimer timer;
    private final RunWatch watch;
    private volatile ExitCode last = ExitCode.DONE;

    /** {@code progress} tells how long each run took. */
    ScheduledProcess(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
        Clock clock = Clock.systemUTC();
        ZoneId zone = ZoneId.of(settings.get("PIPELINE_TIMEZONE"));
        Schedule schedule = Schedule.of(settings.get("PIPELINE_PERIOD"), zone);
        timer = new RunTimer(new RunPlan(schedule, time("PIPELINE_RETRY_DELAY")), clock, zone, () -> last);
        Duration limit = settings.get("PIPELINE_STALE_AFTER").equals(SettingsValidator.AUTO)
                ? null
                : time("PIPELINE_STALE_AFTER");
        watch = new RunWatch(new RunHistory(schedule, limit, clock.instant()), clock);
    }

    private Duration time(String setting) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(settings.get(setting)));
    }

    /** Adds its parts to those of a run: beans, properties and a route file. */
    void addTo(Main camel, Properties properties, List<String> routeFiles) {
        camel.bind(TIMER, timer);
        WebServer browsers = WebServer.ofReport(settings);
        if (browsers.canStart()) {
            browsers.addTo(camel, properties);
            routeFiles.add(SERVE);
            LOG.info("report    is at {} while this process is up", browsers.address());
        }
        WebServer watchers = WebServer.ofWatching(settings);
        if (watchers.canStart()) {
            watchers.addTo(camel, properties);
            watch.countHevy(() -> find(camel, "hevyHttp", HevyHttpClient.class).map(HevyHttpClient::answers));
            watch.tellPace(() -> find(camel, "pace", Pace.class));
            watch.countS3(() -> find(camel, "s3Responses", S3Responses.class).map(S3Responses::responses), () -> find(
                            camel, "s3Responses", S3Responses.class)
                    .map(S3Responses::retries)
                    .orElse(0L));
            camel.bind("metricsRegistry", watch.registry());
            camel.bind("runHealth", watch.health());
            LOG.info("observe   is at {}observe/health and {}observe/metrics", watchers.address(), watchers.address());
        }
    }

    private static <T> Optional<T> find(Main camel, String name, Class<T> type) {
        return Optional.ofNullable(camel.getCamelContext())
                .map(context -> context.getRegistry().lookupByNameAndType(name, type));
    }

    void runBegun() {
        watch.begun();
    }

    /** Takes note of how a run ended; {@code load} and {@code committed} are null if it did not come to them. */
    void runEnded(Outcome outcome, LoadTransaction load, Snapshot committed, Sweep sweeping) {
        last = outcome.exitCode();
        watch.guarded(load == null ? 0 : load.getHeldBackRows(), load != null && load.isOfAnotherAccount());
        watch.ended(
                outcome.exitCode(), progress.all(), progress.steps(), committed == null ? null : committed.manifest());
        if (sweeping != null) {
            watch.notDeleted(sweeping.denied());
        }
    }

    /** A request to Hevy is sent again. */
    void requestRepeated() {
        watch.repeated();
    }

    @Override
    public void close() {
        timer.end();
    }
}
