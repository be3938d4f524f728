package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Snapshot;
import org.apache.camel.CamelContext;
import org.apache.camel.Variable;

/**
 * Ends a run that is told to stop: routes check it before each request and each longer step.
 *
 * <p>Immutable and thread-safe. What is under way when the signal comes is finished; what must not be torn apart, such as
 * the steps after a commit, has no check within it.
 */
public final class StopSignal {
    /**
     * Does nothing while the run may go on.
     *
     * @throws TransientError if it is told to stop; the message says what was done until now
     */
    public void check(
            CamelContext camel, @Variable("load") LoadTransaction load, @Variable("committed") Snapshot committed) {
        if (camel.isStopping() || camel.isStopped()) {
            throw stopped(load, committed);
        }
    }

    /** What has stopped a run; the load and the commit are null if it did not come to them. */
    static TransientError stopped(LoadTransaction load, Snapshot committed) {
        return new TransientError(ExitCode.TERMINATED, "Stopped by a signal; " + done(load, committed), "Run again.");
    }

    private static String done(LoadTransaction load, Snapshot committed) {
        if (load == null) {
            return "nothing was committed and nothing published.";
        }
        boolean isCommitted = committed != null && load.getId().equals(committed.loadId());
        if (isCommitted) {
            return "load " + load.getId() + " is committed, daily_exercises is not built from it yet.";
        }
        return "nothing was committed, what was fetched is kept.";
    }
}
