package io.github.hevypipeline.runtime;

import io.github.hevypipeline.dbt.SqlStep;
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
 * How far a run is: it measures the routes whose policy it is, and tells as a live line or, without one, as log lines.
 *
 * <p>Thread-safe, as pages are fetched side by side; of one run at a time.
 */
public final class Progress extends RoutePolicySupport implements Pace.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger("io.github.hevypipeline.progress");
    private static final String RUN = "pipeline";
    private static final String BEGIN_LOAD = "begin-load";
    private static final long NANOS_BETWEEN_DRAWINGS = 100_000_000;

    private final LiveLine live;
    private final AtomicLong drawnAt = new AtomicLong();
    private volatile RunTimes times = new RunTimes();
    private volatile String step = "";
    private volatile long hevyBefore;
    private volatile long s3Before;

    /** Tells in log lines. */
    public Progress() {
        this(null);
    }

    /** {@code live} is null where there is no terminal to draw on. */
    Progress(LiveLine live) {
        this.live = live;
    }

    // --- The steps of a run

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        if (route.getRouteId().equals(RUN)) {
            RunIds.run(exchange.getExchangeId());
            times = new RunTimes();
            hevyBefore = hevyRequests(exchange.getContext());
            s3Before = s3Requests(exchange.getContext());
            Optional.ofNullable(exchange.getContext().getRegistry().lookupByNameAndType("pace", Pace.class))
                    .ifPresent(Pace::begin);
        } else {
            step = route.getRouteId();
            times.begin(step);
            draw("");
        }
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        if (route.getRouteId().equals(RUN)) {
            finish();
        } else {
            times.end(route.getRouteId());
            if (route.getRouteId().equals(BEGIN_LOAD)) {
                LoadTransaction load = exchange.getVariable("load", LoadTransaction.class);
                RunIds.load(load == null ? null : load.getId());
            }
        }
    }

    /** Removes the live line, so that results can be printed. */
    public void finish() {
        step = "";
        if (live != null) {
            live.show("");
        }
    }

    // --- What a step does

    /** A page has arrived. */
    public void page(@Variable("pages") PageCursor pages, @Variable("landing") Staging landing) {
        if (isDue()) {
            draw(of(pages, landing).text());
        }
    }

    /** Requests wait for Hevy; the log has said so. */
    @Override
    public void waiting(String message) {
        if (isDue()) {
            draw(message);
        }
    }

    /** A page was landed that had arrived before. */
    public void landed(@Variable("landing") Staging landing) {
        if (isDue()) {
            draw(landing.getName() + ": " + landing.getRows() + " rows");
        }
    }

    /** DuckDB begins a step. */
    public void sql(@Variable("step") SqlStep sql) {
        LOG.debug("running {}", sql.name());
        if (isDue() && !step.isEmpty()) {
            draw(sql.name());
        }
    }

    /** Another tenth of a list has arrived: a line in the log, where no live line has said so. */
    public void milestone(@Variable("pages") PageCursor pages, @Variable("landing") Staging landing) {
        if (live == null) {
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
        return now - before > NANOS_BETWEEN_DRAWINGS && drawnAt.compareAndSet(before, now);
    }

    private void draw(String what) {
        if (live != null) {
            live.show(step + " ".repeat(Math.max(1, 10 - step.length())) + what);
        }
    }

    // --- What it took

    /** How long each step took until now, by the id of its route. */
    public Map<String, Duration> steps() {
        return times.steps();
    }

    /** How long the run took until now. */
    public Duration all() {
        return times.all();
    }

    /** How many requests the run has sent to Hevy until now, repetitions too. */
    public long toHevy(CamelContext camel) {
        return hevyRequests(camel) - hevyBefore;
    }

    /** How many requests the run has sent to S3 until now, repetitions too. */
    public long toS3(CamelContext camel) {
        return s3Requests(camel) - s3Before;
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
}
