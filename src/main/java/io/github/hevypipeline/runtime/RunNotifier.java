package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.Sweep;
import io.github.hevypipeline.ops.RunIds;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Learns from Camel's events that a run has begun, and how it ended. Thread-safe. */
final class RunNotifier extends EventNotifierSupport {
    private static final Logger LOG = LoggerFactory.getLogger(RunNotifier.class);
    private static final String PIPELINE_ROUTE = "pipeline";

    private final Diagnosis diagnosis;
    /** Null for a single run. */
    private final ScheduledProcess scheduled;

    private final Runnable end;
    private final AtomicReference<Outcome> last = new AtomicReference<>();
    private final AtomicBoolean underWay = new AtomicBoolean();

    /** {@code scheduled} is null for a single run, and {@code end} is called after it. */
    RunNotifier(Diagnosis diagnosis, ScheduledProcess scheduled, Runnable end) {
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

    /** How the last run ended; null before its end. */
    Outcome last() {
        return last.get();
    }

    boolean isUnderWay() {
        return underWay.get();
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
            scheduled.requestRepeated();
            return;
        }
        Exchange exchange = ((CamelEvent.ExchangeEvent) event).getExchange();
        // The parts of a split come from the timer too, and end before the run.
        boolean isRun = PIPELINE_ROUTE.equals(exchange.getFromRouteId())
                && exchange.getFromEndpoint().getEndpointUri().startsWith("timer")
                && exchange.getProperty(ExchangePropertyKey.CORRELATION_ID) == null;
        if (!isRun) {
            return;
        }
        if (event instanceof CamelEvent.ExchangeCreatedEvent) {
            underWay.set(true);
            if (scheduled != null) {
                scheduled.runBegun();
            }
            return;
        }
        Outcome ended = outcome(exchange);
        last.set(ended);
        underWay.set(false);
        if (scheduled == null) {
            end.run();
            return;
        }
        scheduled.runEnded(
                ended,
                exchange.getVariable("load", LoadTransaction.class),
                exchange.getVariable("committed", Snapshot.class),
                exchange.getContext().getRegistry().lookupByNameAndType("sweeping", Sweep.class));
        // The process ends after a signal, and says why itself.
        if (ended.exitCode() != ExitCode.DONE && ended.exitCode() != ExitCode.TERMINATED) {
            LOG.error("{}", ended.describe());
        }
        RunIds.run(null);
    }

    private Outcome outcome(Exchange exchange) {
        Exception failure = exchange.getException();
        if (failure == null) {
            return Outcome.DONE;
        }
        boolean isRejected = ObjectHelper.getException(RejectedExecutionException.class, failure) != null;
        if (isRejected && exchange.getContext().isStopping()) {
            // Camel does not repeat a request once it is told to stop.
            return Outcome.of(StopSignal.stopped(
                    exchange.getVariable("load", LoadTransaction.class),
                    exchange.getVariable("committed", Snapshot.class)));
        }
        return diagnosis.ofRun(failure);
    }
}
