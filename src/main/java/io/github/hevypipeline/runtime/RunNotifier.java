package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.hevy.export.ExportApi;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.Sweep;
import io.github.hevypipeline.ops.RunIds;
import io.github.hevypipeline.settings.Command;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows each run by Camel's events: records its outcome, calls the user's route {@code after}, and ends a single run.
 *
 * <p>Thread-safe.
 */
final class RunNotifier extends EventNotifierSupport {
    private static final Logger LOG = LoggerFactory.getLogger(RunNotifier.class);
    private static final String START_ROUTE = "start";
    private static final String AFTER = "direct://after";

    private final Command command;
    private final Diagnosis diagnosis;
    /** Null for a single run. */
    private final ScheduledProcess scheduled;

    private final Runnable end;
    private final AtomicReference<Outcome> last = new AtomicReference<>();
    private final AtomicBoolean running = new AtomicBoolean();

    /** {@code scheduled} is null for a single run, after which {@code end} is called. */
    RunNotifier(Command command, Diagnosis diagnosis, ScheduledProcess scheduled, Runnable end) {
        this.command = command;
        this.diagnosis = diagnosis;
        this.scheduled = scheduled;
        this.end = end;
        setIgnoreCamelContextEvents(true);
        setIgnoreRouteEvents(true);
        setIgnoreServiceEvents(true);
        setIgnoreExchangeSendingEvents(true);
        setIgnoreExchangeSentEvents(true);
        setIgnoreStepEvents(true);
    }

    /** The outcome of the last run; null before the first has ended. */
    Outcome last() {
        return last.get();
    }

    boolean isRunning() {
        return running.get();
    }

    @Override
    public boolean isEnabled(CamelEvent event) {
        return event instanceof CamelEvent.ExchangeCreatedEvent
                || event instanceof CamelEvent.ExchangeCompletedEvent
                || event instanceof CamelEvent.ExchangeFailedEvent
                || (scheduled != null && event instanceof CamelEvent.ExchangeRedeliveryEvent);
    }

    @Override
    public void notify(CamelEvent event) {
        if (event instanceof CamelEvent.ExchangeRedeliveryEvent) {
            scheduled.requestRetried();
            return;
        }
        Exchange exchange = ((CamelEvent.ExchangeEvent) event).getExchange();
        // Parts of a split come from the timer as well; only they have a correlation id.
        boolean isRun = START_ROUTE.equals(exchange.getFromRouteId())
                && exchange.getFromEndpoint().getEndpointUri().startsWith("timer")
                && exchange.getProperty(ExchangePropertyKey.CORRELATION_ID) == null;
        if (!isRun) {
            return;
        }
        if (event instanceof CamelEvent.ExchangeCreatedEvent) {
            running.set(true);
            if (scheduled != null) {
                scheduled.runStarted();
            }
            return;
        }
        Outcome ended = outcome(exchange);
        last.set(ended);
        running.set(false);
        callAfter(exchange, ended);
        if (scheduled == null) {
            end.run();
            return;
        }
        scheduled.runEnded(
                ended,
                exchange.getVariable("load", LoadTransaction.class),
                exchange.getVariable("committed", Snapshot.class),
                exchange.getContext().getRegistry().lookupByNameAndType("sweeping", Sweep.class),
                exchange.getContext().getRegistry().lookupByNameAndType("export", ExportApi.class));
        // After a signal the process itself reports why it ends.
        if (ended.exitCode() != ExitCode.DONE && ended.exitCode() != ExitCode.TERMINATED) {
            LOG.error("{}", ended.describe());
        }
        RunIds.run(null);
    }

    /** Sends the outcome to {@code direct:after}, if the user has such a route. */
    private void callAfter(Exchange run, Outcome ended) {
        CamelContext camel = run.getContext();
        boolean hasRoute = camel.getRoutes().stream()
                .anyMatch(route -> AFTER.equals(route.getEndpoint().getEndpointBaseUri()));
        if (!hasRoute) {
            return;
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("command", command.word());
        body.put("outcome", ended.exitCode() == ExitCode.DONE ? "done" : "failed");
        body.put("exitCode", ended.exitCode().number());
        body.put("cause", ended.cause());
        body.put("nextStep", ended.nextStep());
        Snapshot committed = run.getVariable("committed", Snapshot.class);
        body.put("loadId", committed == null ? null : committed.loadId());
        body.put("seconds", Duration.ofMillis(run.getClock().elapsed()).toMillis() / 1000.0);
        try (ProducerTemplate template = camel.createProducerTemplate()) {
            Exchange after =
                    template.request(AFTER, exchange -> exchange.getMessage().setBody(body));
            if (after.getException() != null) {
                LOG.warn(
                        "after     failed: {}",
                        diagnosis.ofRun(after.getException()).describe());
            }
        } catch (IOException e) {
            LOG.warn("after     failed to close: {}", e.getMessage());
        }
    }

    private Outcome outcome(Exchange exchange) {
        Exception failure = exchange.getException();
        if (failure == null) {
            return Outcome.DONE;
        }
        boolean isRejected = ObjectHelper.getException(RejectedExecutionException.class, failure) != null;
        if (isRejected && exchange.getContext().isStopping()) {
            // Once stopping, Camel rejects redeliveries.
            return Outcome.of(StopSignal.stopped(
                    exchange.getVariable("load", LoadTransaction.class),
                    exchange.getVariable("committed", Snapshot.class)));
        }
        return diagnosis.ofRun(failure);
    }
}
