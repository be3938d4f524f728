package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.Certificates;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.report.TerminalText;
import io.github.hevypipeline.report.WordedDuration;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.util.ObjectHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether and when a failed request is retried, and logs it: after the time in {@code Retry-After}, else with
 * the backoff of the redelivery policy. {@link Pace} waits for {@code Retry-After}, as all requests must.
 *
 * <p>Thread-safe. Camel keeps this processor for all later failures of a request, so it checks each one again.
 */
public final class RetryWait implements Processor {
    private static final Logger PROGRESS = LoggerFactory.getLogger("io.github.hevypipeline.progress");
    private static final int SHOWN_CHARACTERS = 200;
    private static final int TOO_MANY_REQUESTS = 429;

    private final RetryAfter retryAfter;
    private final RedeliveryPolicy policy;
    private final Set<Integer> statuses;

    /** {@code statuses} are the HTTP statuses to retry, separated by commas. */
    public RetryWait(Clock clock, RedeliveryPolicy policy, String statuses) {
        this.retryAfter = new RetryAfter(clock);
        this.policy = policy;
        this.statuses =
                Arrays.stream(statuses.split(",")).map(Integer::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the failure of an exchange is worth a retry. */
    public boolean isRetryable(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (ObjectHelper.getException(PipelineException.class, failure) != null
                || Certificates.areRefused(failure)
                || ObjectHelper.getException(FileSystemException.class, failure) != null) {
            return false;
        }
        HttpOperationFailedException response = ObjectHelper.getException(HttpOperationFailedException.class, failure);
        if (response != null) {
            return statuses.contains(response.getStatusCode());
        }
        return ObjectHelper.getException(IOException.class, failure) != null;
    }

    @Override
    public void process(Exchange exchange) {
        exchange.getIn().removeHeader(Exchange.REDELIVERY_DELAY);
        int failures = exchange.getIn().getHeader(Exchange.REDELIVERY_COUNTER, 1, Integer.class);
        if (isLimited(exchange)) {
            // A 429 does not count as an attempt: the server did not process the request.
            exchange.getIn().setHeader(Exchange.REDELIVERY_COUNTER, failures - 1);
            return;
        }
        if (failures > policy.getMaximumRedeliveries() || !isRetryable(exchange)) {
            return;
        }
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        HttpOperationFailedException response = ObjectHelper.getException(HttpOperationFailedException.class, failure);
        Optional<Duration> asked = response == null ? Optional.empty() : retryAfter.asked(response);
        Duration wait = asked.orElseGet(() -> backOff(failures));
        exchange.getIn().setHeader(Exchange.REDELIVERY_DELAY, asked.isPresent() ? 0 : wait.toMillis());
        PROGRESS.warn(
                "extract   {}: {}; retrying in {} (attempt {} of {})",
                target(exchange),
                reason(failure, response, asked.isPresent()),
                WordedDuration.of(wait),
                failures + 1,
                policy.getMaximumRedeliveries() + 1);
    }

    private static boolean isLimited(Exchange exchange) {
        return exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof HttpOperationFailedException response
                && response.getStatusCode() == TOO_MANY_REQUESTS;
    }

    private Duration backOff(int failures) {
        long delay = 0;
        for (int i = 1; i <= failures; i++) {
            delay = policy.calculateRedeliveryDelay(delay, i);
        }
        return Duration.ofMillis(delay);
    }

    private static String target(Exchange exchange) {
        return exchange.getVariable("path", String.class);
    }

    private static String reason(Exception failure, HttpOperationFailedException response, boolean asked) {
        if (response != null) {
            return (asked ? "Hevy asks to wait" : "Hevy is busy") + " (status " + response.getStatusCode() + ")";
        }
        IOException broken = ObjectHelper.getException(IOException.class, failure);
        return "incomplete response (" + TerminalText.of(String.valueOf(broken.getMessage()), SHOWN_CHARACTERS) + ")";
    }
}
