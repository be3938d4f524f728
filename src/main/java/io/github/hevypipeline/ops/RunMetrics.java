package io.github.hevypipeline.ops;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.http.ResponseMetrics;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Manifest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The Micrometer metrics of the runs of this process.
 *
 * <p>Thread-safe. Each counter starts at zero, so that its first increment is visible. {@code docs/operations.md} lists
 * all metrics.
 */
final class RunMetrics {
    private static final String PREFIX = "hevy.pipeline.";
    private static final String TARGET = "target";
    /** The usual statuses; any other is registered when it first occurs. */
    private static final Set<String> USUAL = Set.of(
            "200",
            "204",
            "400",
            "401",
            "403",
            "404",
            "409",
            "412",
            "429",
            "500",
            "502",
            "503",
            "504",
            ResponseMetrics.NONE);

    private final MeterRegistry registry;
    private final RunHistory history;
    private final MultiGauge rows;
    private final MultiGauge bytes;
    private final Timer run;
    private final List<Server> servers = new ArrayList<>();
    private volatile long heldBackRows;
    private volatile boolean otherAccount;
    private Supplier<Optional<Pace>> hevyPace = Optional::empty;
    private final AtomicInteger notDeleted = new AtomicInteger();

    RunMetrics(MeterRegistry registry, RunHistory history, InstantSource clock) {
        this.registry = registry;
        this.history = history;
        this.rows = MultiGauge.builder(PREFIX + "rows")
                .description("Rows of each raw table.")
                .register(registry);
        this.bytes = MultiGauge.builder(PREFIX + "bytes")
                .description("Bytes of each raw table's files.")
                .register(registry);
        this.run =
                Timer.builder(PREFIX + "run").description("How long runs took.").register(registry);
        Gauge.builder(PREFIX + "undeleted.objects", notDeleted, AtomicInteger::get)
                .description("Objects that no commit names, but that the last run could not delete: S3 denies it.")
                .register(registry);
        EnumSet.complementOf(EnumSet.of(ExitCode.INTERRUPTED)).forEach(this::runs);
        time(
                "lag",
                "How far the tables are behind Hevy: the time since the last good run began.",
                runs -> runs.goodBegun()
                        .map(begun -> seconds(Duration.between(begun, clock.instant())))
                        .orElse(Double.NaN));
        time("last.success.timestamp", "When a run ended well last.", runs -> moment(runs.goodEnded()));
        time(
                "stale.timestamp",
                "From when on the data counts as stale, if no run ends well before.",
                runs -> moment(Optional.of(runs.staleFrom())));
        Gauge.builder(PREFIX + "failed.runs.in.a.row", history, RunHistory::failures)
                .description("Runs that have failed since the last good one.")
                .register(registry);
        Gauge.builder(PREFIX + "held.back.rows", this, metrics -> metrics.heldBackRows)
                .description("Rows whose deletion the last run held back.")
                .register(registry);
        Gauge.builder(PREFIX + "export.unreadable", history, runs -> runs.isExportRefused() ? 1 : 0)
                .description("1 if the last run could not read the export.")
                .register(registry);
        Gauge.builder(PREFIX + "account.mismatch", this, metrics -> metrics.otherAccount ? 1 : 0)
                .description("1 if the last run was refused, since its key is of another account than the lake.")
                .register(registry);
    }

    private Counter runs(ExitCode outcome) {
        return Counter.builder(PREFIX + "runs")
                .description("Runs that have ended, by how.")
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    private void time(String name, String description, ToDoubleFunction<RunHistory> seconds) {
        TimeGauge.builder(PREFIX + name, history, TimeUnit.SECONDS, seconds)
                .description(description)
                .register(registry);
    }

    private static double moment(Optional<Instant> time) {
        return time.map(instant -> instant.toEpochMilli() / 1000.0).orElse(Double.NaN);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }

    /** Registers the requests and retries of a server. {@code responses} is empty before Camel has created the client. */
    void count(String target, Supplier<Optional<ResponseMetrics>> responses, Supplier<Long> retries) {
        Server server = new Server(target, responses, retries);
        servers.add(server);
        USUAL.forEach(server::register);
        FunctionCounter.builder(PREFIX + "retries", server, s -> s.retries.get())
                .description("Requests that were sent again.")
                .tag(TARGET, target)
                .register(registry);
    }

    /** Registers the rate limiter of Hevy, which is absent before Camel has created it. */
    void pace(Supplier<Optional<Pace>> pace) {
        hevyPace = pace;
        FunctionCounter.builder(PREFIX + "limit.wait.seconds", this, metrics -> metrics.hevyPace
                        .get()
                        .map(p -> seconds(p.waitedInAll()))
                        .orElse(0.0))
                .description("How long runs waited since Hevy limited requests.")
                .register(registry);
        Gauge.builder(PREFIX + "pace.requests.per.second", this, metrics -> metrics.hevyPace
                        .get()
                        .map(p -> p.rate().orElse(Double.POSITIVE_INFINITY))
                        .orElse(Double.NaN))
                .description("How many requests a second are sent to Hevy at most.")
                .register(registry);
    }

    /** Records the durations of a run and its steps. */
    void timed(Duration all, Map<String, Duration> steps) {
        run.record(all);
        steps.forEach((step, time) -> Timer.builder(PREFIX + "step")
                .description("How long the steps of runs took.")
                .tag("step", step)
                .register(registry)
                .record(time));
        servers.forEach(Server::registerUnusual);
    }

    /** Counts a run. */
    void counted(ExitCode how) {
        runs(how).increment();
    }

    /** Records the results of the guards of the last run. */
    void guarded(long rows, boolean isOtherAccount) {
        heldBackRows = rows;
        otherAccount = isOtherAccount;
    }

    /** Records the number of objects that the last run could not delete. */
    void notDeleted(int objects) {
        notDeleted.set(objects);
    }

    /** Records the table sizes of a commit. */
    void committed(Manifest manifest) {
        rows.register(rows(manifest, manifest::rows), true);
        bytes.register(
                rows(manifest, table -> manifest.files(table).stream()
                        .mapToLong(CommittedFile::bytes)
                        .sum()),
                true);
    }

    private static List<Row<?>> rows(Manifest manifest, ToDoubleFunction<String> size) {
        List<Row<?>> rows = new ArrayList<>();
        manifest.tables()
                .keySet()
                .forEach(table -> rows.add(Row.of(Tags.of("table", table), size.applyAsDouble(table))));
        return rows;
    }

    /** A server of requests; referenced here, as the registry holds it weakly. */
    private final class Server {
        private final String target;
        private final Supplier<Optional<ResponseMetrics>> responses;
        private final Supplier<Long> retries;
        private final Set<String> registered = new TreeSet<>();

        Server(String target, Supplier<Optional<ResponseMetrics>> responses, Supplier<Long> retries) {
            this.target = target;
            this.responses = responses;
            this.retries = retries;
        }

        private Map<String, Long> byStatus() {
            return responses.get().map(ResponseMetrics::byStatus).orElse(Map.of());
        }

        void registerUnusual() {
            byStatus().keySet().forEach(this::register);
        }

        void register(String status) {
            if (registered.add(status)) {
                FunctionCounter.builder(
                                PREFIX + "requests", this, s -> s.byStatus().getOrDefault(status, 0L))
                        .description("Requests, by the status of the response; none: no response.")
                        .tags(TARGET, target, "status", status)
                        .register(registry);
            }
        }
    }
}
