package io.github.hevypipeline.runtime;

import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.hevy.HevyAccount;
import io.github.hevypipeline.hevy.HevyHttpClient;
import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.hevy.PageCursor;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Staging;
import io.github.hevypipeline.lake.s3.S3Responses;
import io.github.hevypipeline.ops.RunIds;
import io.github.hevypipeline.report.FetchProgress;
import io.github.hevypipeline.report.LiveLine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.Variable;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the steps of a run and shows its progress, on a live line or in the log.
 *
 * <p>Thread-safe, for one run at a time. As route policy of the steps, learns when each begins and ends.
 */
public final class Progress extends RoutePolicySupport implements Pace.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger("io.github.hevypipeline.progress");
    private static final String START_ROUTE = "start";
    private static final String BEGIN_LOAD = "begin-load";
    private static final long MIN_REDRAW_NANOS = 100_000_000;

    private final LiveLine live;
    private final AtomicLong drawnAt = new AtomicLong();
    private volatile Timings timings = new Timings();
    private volatile String step = "";
    private volatile long hevyAtStart;
    private volatile long s3AtStart;

    /** Shows progress in the log. */
    public Progress() {
        this(null);
    }

    /** {@code live} is null to show progress in the log. */
    Progress(LiveLine live) {
        this.live = live;
    }

    // --- The steps of a run

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        if (route.getRouteId().equals(START_ROUTE)) {
            RunIds.run(exchange.getExchangeId());
            timings = new Timings();
            hevyAtStart = hevyRequests(exchange.getContext());
            s3AtStart = s3Requests(exchange.getContext());
            Optional.ofNullable(exchange.getContext().getRegistry().lookupByNameAndType("pace", Pace.class))
                    .ifPresent(Pace::begin);
        } else {
            step = route.getRouteId();
            timings.begin(step);
            draw("");
        }
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        if (route.getRouteId().equals(START_ROUTE)) {
            finish();
        } else {
            timings.end(route.getRouteId());
            if (route.getRouteId().equals(BEGIN_LOAD)) {
                LoadTransaction load = exchange.getVariable("load", LoadTransaction.class);
                RunIds.load(load == null ? null : load.getId());
            }
        }
    }

    /** Clears the live line, so that results can be printed. */
    public void finish() {
        step = "";
        if (live != null) {
            live.show("");
        }
    }

    // --- The current step

    /** A page has arrived. */
    public void page(@Variable("pages") PageCursor pages, @Variable("landing") Staging landing) {
        if (isDue()) {
            draw(of(pages, landing).text());
        }
    }

    /** Shows that requests wait for Hevy; the rate limiter logs it. */
    @Override
    public void waiting(String message) {
        if (isDue()) {
            draw(message);
        }
    }

    /** Another page has been written to the staging files. */
    public void landed(@Variable("landing") Staging landing) {
        if (isDue()) {
            draw(landing.getName() + ": " + landing.getRows() + " rows");
        }
    }

    /** DuckDB starts a step. */
    public void sql(@Variable("step") SqlStep sql) {
        LOG.debug("running {}", sql.name());
        if (isDue() && !step.isEmpty()) {
            draw(sql.name());
        }
    }

    /** Another tenth of a list has arrived. Logged only without a live line, and not for one of many accounts. */
    public void milestone(
            @Variable("pages") PageCursor pages,
            @Variable("landing") Staging landing,
            @Variable("account") HevyAccount account) {
        if (live == null && account == null && pages.isMilestone()) {
            FetchProgress reached = of(pages, landing);
            LOG.atInfo()
                    .addKeyValue("list", reached.list())
                    .addKeyValue("page", reached.page())
                    .addKeyValue("pages", reached.pages())
                    .addKeyValue("rows", reached.rows())
                    .addKeyValue("bytes", reached.bytes())
                    .log("extract   {}", reached.text());
        }
    }

    private static FetchProgress of(PageCursor pages, Staging landing) {
        return new FetchProgress(
                pages.getName(),
                pages.getReached(),
                pages.getCount(),
                pages.getArrived(),
                landing == null ? 0 : landing.getRows(),
                pages.getBytes(),
                pages.getElapsed());
    }

    private boolean isDue() {
        if (live == null) {
            return false;
        }
        long now = System.nanoTime();
        long before = drawnAt.get();
        return now - before > MIN_REDRAW_NANOS && drawnAt.compareAndSet(before, now);
    }

    private void draw(String what) {
        if (live != null) {
            live.show(step + " ".repeat(Math.max(1, 10 - step.length())) + what);
        }
    }

    // --- Time and requests

    /** How long each step has taken so far, by route id. */
    public Map<String, Duration> steps() {
        return timings.steps();
    }

    /** How long the run has taken so far. */
    public Duration total() {
        return timings.total();
    }

    /** The requests that the run has sent to Hevy so far, including retries. */
    public long requestsToHevy(CamelContext camel) {
        return hevyRequests(camel) - hevyAtStart;
    }

    /** The requests that the run has sent to S3 so far, including retries. */
    public long requestsToS3(CamelContext camel) {
        return s3Requests(camel) - s3AtStart;
    }

    private static long hevyRequests(CamelContext camel) {
        return Optional.ofNullable(camel.getRegistry().lookupByNameAndType("hevyHttp", HevyHttpClient.class))
                .map(HevyHttpClient::requests)
                .orElse(0L);
    }

    private static long s3Requests(CamelContext camel) {
        return Optional.ofNullable(camel.getRegistry().lookupByNameAndType("s3Responses", S3Responses.class))
                .map(S3Responses::getRequests)
                .orElse(0L);
    }

    /** How long the steps of one run took, in the order in which they first began. Thread-safe. */
    private static final class Timings {
        private final long startedAt = System.nanoTime();
        private final Map<String, Long> begun = new LinkedHashMap<>();
        private final Map<String, Duration> steps = new LinkedHashMap<>();

        synchronized void begin(String step) {
            begun.put(step, System.nanoTime());
            steps.putIfAbsent(step, Duration.ZERO);
        }

        /** Adds up if the step has run before. */
        synchronized void end(String step) {
            steps.merge(step, since(begun.get(step)), Duration::plus);
        }

        synchronized Map<String, Duration> steps() {
            return new LinkedHashMap<>(steps);
        }

        Duration total() {
            return since(startedAt);
        }

        private static Duration since(long nanos) {
            return Duration.ofNanos(System.nanoTime() - nanos);
        }
    }
}
