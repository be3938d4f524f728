package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Whether a failure says that Hevy does not give a resource, rather than that asking for it failed.
 *
 * <p>Thread-safe: it holds nothing. A refused key, a request to wait and a failing server are no refusals: these are of
 * all resources alike.
 */
final class ResourceUnavailable {
    private static final int FIRST_CLIENT_ERROR = 400;
    private static final int FIRST_SERVER_ERROR = 500;
    /** The key is refused; the request was too slow; there were too many. */
    private static final Set<Integer> OF_ANY_RESOURCE = Set.of(401, 408, 429);

    private ResourceUnavailable() {}

    /** What Hevy sends instead of the resource, as the end of a sentence; empty if that may come right by itself. */
    static Optional<String> of(Exception failure) {
        if (failure instanceof HttpOperationFailedException response) {
            int status = response.getStatusCode();
            boolean refused =
                    status >= FIRST_CLIENT_ERROR && status < FIRST_SERVER_ERROR && !OF_ANY_RESOURCE.contains(status);
            return refused ? Optional.of("Hevy responds with status " + status) : Optional.empty();
        }
        boolean isNoPage = failure instanceof SystemError error && error.exitCode() == ExitCode.HEVY_API;
        return isNoPage ? Optional.of(failure.getMessage()) : Optional.empty();
    }
}
