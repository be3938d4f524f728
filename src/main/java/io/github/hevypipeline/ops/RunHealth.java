package io.github.hevypipeline.ops;

import io.github.hevypipeline.failure.ExitCode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * A readiness check: down after a failed run and while the data is stale. It names the kind and the time of the failure
 * only.
 *
 * <p>Thread-safe. It is no liveness check, as a restart would not help. Before the first run ends it is up, until the data
 * counts as stale. Camel escapes a message before it writes it as JSON, so no message has a quotation mark, a slash or
 * another character that JSON escapes.
 */
public final class RunHealth extends AbstractHealthCheck {
    private final RunHistory history;
    private final InstantSource clock;

    RunHealth(RunHistory history, InstantSource clock) {
        super("hevy-pipeline", "runs");
        this.history = history;
        this.clock = clock;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        Instant stale = history.staleFrom().truncatedTo(ChronoUnit.SECONDS);
        String known = history.goodEnded()
                .map(ended -> "The last run that ended well did so at " + ended.truncatedTo(ChronoUnit.SECONDS) + ".")
                .orElse("No run has ended well yet.");
        result.detail("failedRunsInARow", history.failures());
        result.detail("staleFrom", stale.toString());
        RunHistory.Failure failure = history.failure().orElse(null);
        if (failure != null) {
            result.down()
                    .message("The last run failed at " + failure.time().truncatedTo(ChronoUnit.SECONDS) + ": "
                            + (failure.isOfExport() ? "the export cannot be read" : kind(failure.kind()))
                            + ". Next: See the log for the cause.");
        } else if (clock.instant().isAfter(stale)) {
            result.down().message("The data is stale since " + stale + ". " + known);
        } else {
            result.up().message(known);
        }
    }

    private static String kind(ExitCode exitCode) {
        return switch (exitCode) {
            case DATA_TEST_FAILED -> "a data test failed";
            case CONFIGURATION -> "settings or credentials are refused";
            case HEVY_API -> "Hevy does not respond as it should";
            case S3 -> "S3 does not respond as it should";
            case ANOTHER_RUN_WON -> "another run was faster";
            case LOCAL_DISK -> "the local disk refuses";
            case ACCOUNTS_FAILED -> "some accounts failed";
            case SPARK -> "Spark does not respond as it should";
            case BUG -> "unexpectedly";
            case DONE, INTERRUPTED, TERMINATED -> "stopped";
        };
    }
}
