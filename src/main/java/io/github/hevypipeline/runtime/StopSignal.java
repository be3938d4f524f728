package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.lake.Load;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Snapshot;
import org.apache.camel.CamelContext;
import org.apache.camel.Variable;

/**
 * Stops a run after a signal: routes call {@link #check} before each request and each long step.
 *
 * <p>Thread-safe. Steps that must stay together, such as those after a commit, have no check between them.
 */
public final class StopSignal {
    /**
     * Stops the run here if the context is stopping.
     *
     * @throws TransientError if the context is stopping; its message says what has been done
     */
    public void check(CamelContext camel, @Variable("load") Load load, @Variable("committed") Snapshot committed) {
        if (camel.isStopping() || camel.isStopped()) {
            throw stopped(load, committed);
        }
    }

    /** The failure of a stopped run. What it did not reach is null. */
    static TransientError stopped(Load load, Snapshot committed) {
        return new TransientError(ExitCode.TERMINATED, "Stopped by a signal; " + done(load, committed), "Run again.");
    }

    private static String done(Load load, Snapshot committed) {
        if (!(load instanceof LoadTransaction own)) {
            return "nothing was committed or published.";
        }
        boolean isCommitted = committed != null && own.getId().equals(committed.loadId());
        if (isCommitted) {
            return "load " + own.getId() + " is committed, but the marts are not rebuilt yet.";
        }
        return "nothing was committed, and fetched pages are kept.";
    }
}
