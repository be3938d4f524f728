package io.github.hevypipeline.app;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a run ended: its exit code, and for a failure the cause and the next step.
 *
 * <p>Immutable.
 *
 * @param cause one sentence, or null after a success
 * @param nextStep one sentence, or null after a success
 */
record Outcome(ExitCode exitCode, String cause, String nextStep) {
    static final Outcome DONE = new Outcome(ExitCode.DONE, null, null);
    static final Outcome STOPPED = DONE;

    private static final Logger LOG = LoggerFactory.getLogger(Outcome.class);
    private static final String HEVY = "the Hevy API";

    /** The line that ends the output of a failed run. */
    String describe() {
        return cause + " Next: " + nextStep;
    }

    /** Finds the failure behind an exception, which the routes may have wrapped several times. */
    static Outcome of(Throwable thrown) {
        List<Throwable> chain = chain(thrown);
        LOG.debug("The run failed", thrown);
        return firstOf(chain, PipelineException.class)
                .map(e -> new Outcome(e.exitCode(), e.getMessage(), e.nextStep()))
                .or(() -> firstOf(chain, HttpOperationFailedException.class).map(Outcome::ofHttp))
                .or(() -> firstOf(chain, FileSystemException.class).map(Outcome::ofFile))
                .or(() -> firstOf(chain, IOException.class).map(Outcome::ofConnection))
                .or(() -> firstOf(chain, FailedToCreateRouteException.class).map(Outcome::ofRoute))
                .orElseGet(() -> bug(thrown, chain));
    }

    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> met = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable e = thrown; e != null && met.add(e); e = e.getCause()) {
            // A failed S3 call carries its explanation suppressed.
            Collections.addAll(chain, e.getSuppressed());
            chain.add(e);
        }
        return chain;
    }

    private static <T extends Throwable> java.util.Optional<T> firstOf(List<Throwable> chain, Class<T> type) {
        return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    private static Outcome ofHttp(HttpOperationFailedException e) {
        int status = e.getStatusCode();
        if (status == 401 || status == 403) {
            return new Outcome(
                    ExitCode.CONFIGURATION,
                    "Hevy refuses the API key (status " + status + ").",
                    "Make a new key at https://hevy.com/settings?developer (needs Hevy Pro) and set HEVY_API_KEY.");
        }
        return new Outcome(
                ExitCode.HEVY_API,
                "Hevy answered with status " + status + "; nothing was committed.",
                "Run again later; if it stays so, the API has changed: please report it.");
    }

    private static Outcome ofFile(FileSystemException e) {
        return new Outcome(
                ExitCode.LOCAL_DISK,
                "The local disk refused " + e.getFile() + ": "
                        + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason()) + ".",
                "Make room there or allow writing to it, and run again.");
    }

    private static Outcome ofConnection(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("No space left")) {
            return new Outcome(ExitCode.LOCAL_DISK, "There is no space left on the disk.", "Make room, and run again.");
        }
        String reason = e instanceof UnknownHostException ? "unknown host " + message : message;
        String kind = e instanceof SocketException || e instanceof UnknownHostException ? "reached" : "read";
        return new Outcome(
                ExitCode.HEVY_API,
                HEVY.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + HEVY.substring(1) + " cannot be " + kind
                        + ": " + reason + ".",
                "Check the network and HEVY_BASE_URL, and run again.");
    }

    private static Outcome ofRoute(FailedToCreateRouteException e) {
        return new Outcome(
                ExitCode.CONFIGURATION,
                "A route cannot be started: " + e.getMessage(),
                "Correct the file in routes/, or restore it from the project.");
    }

    private static Outcome bug(Throwable thrown, List<Throwable> chain) {
        LOG.error("Unexpected failure", thrown);
        Throwable root = chain.get(chain.size() - 1);
        return new Outcome(
                ExitCode.BUG,
                "Unexpected failure: " + root.getClass().getSimpleName() + ": " + root.getMessage(),
                "Please report this with the lines above; running again is safe.");
    }

    static Outcome of(ConfigError e) {
        return new Outcome(e.exitCode(), e.getMessage(), e.nextStep());
    }
}
