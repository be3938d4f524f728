package io.github.hevypipeline.hevy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryWaitTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private final RetryWait retryWait = new RetryWait(Clock.fixed(NOW, ZoneOffset.UTC), policy(), "503");

    private static RedeliveryPolicy policy() {
        RedeliveryPolicy policy = new RedeliveryPolicy();
        policy.setMaximumRedeliveries(3);
        policy.setRedeliveryDelay(100);
        policy.setUseExponentialBackOff(true);
        policy.setBackOffMultiplier(2);
        policy.setMaximumRedeliveryDelay(350);
        return policy;
    }

    private Long waitAfter(int failures, Exception failure) {
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
        exchange.getIn().setHeader(Exchange.REDELIVERY_COUNTER, failures);
        retryWait.process(exchange);
        return exchange.getIn().getHeader(Exchange.REDELIVERY_DELAY, Long.class);
    }

    private static HttpOperationFailedException response(int status, Map<String, String> headers) {
        return new HttpOperationFailedException("http://127.0.0.1/", status, "busy", null, headers, "");
    }

    @Test
    void it_doubles_the_wait_up_to_the_longest_and_then_ends() {
        IOException broken = new IOException("reset");

        assertThat(waitAfter(1, broken)).isEqualTo(100);
        assertThat(waitAfter(2, broken)).isEqualTo(200);
        assertThat(waitAfter(3, broken)).isEqualTo(350);
        assertThat(waitAfter(4, broken)).isNull();
    }

    @Test
    void where_hevy_says_how_long_to_wait_the_pace_waits_and_the_next_failure_waits_for_itself_again() {
        assertThat(waitAfter(1, response(503, Map.of("Retry-After", "30")))).isZero();
        assertThat(waitAfter(2, response(503, Map.of()))).isEqualTo(200);
    }

    @Test
    void a_refusal_for_the_pace_is_no_attempt() {
        assertThat(waitAfter(3, response(429, Map.of()))).isNull();

        assertThat(exchange.getIn().getHeader(Exchange.REDELIVERY_COUNTER)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"503, '', true", "503, 60, true", "401, 1, false", "404, '', false", "429, '', false"})
    void only_some_responses_are_worth_another_attempt(int status, String retryAfter, boolean worthIt) {
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, response(status, Map.of("Retry-After", retryAfter)));

        assertThat(retryWait.isRetryable(exchange)).isEqualTo(worthIt);
        assertThat(waitAfter(1, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)) != null)
                .isEqualTo(worthIt);
    }

    @Test
    void a_disk_or_a_response_that_is_no_page_does_not_mend_by_waiting() {
        assertThat(waitAfter(1, new NoSuchFileException("page"))).isNull();
        assertThat(waitAfter(1, new SystemError(ExitCode.HEVY_API, "no page", "", new IOException("not JSON"))))
                .isNull();
    }
}
