package io.github.hevypipeline.extract;

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
    private final RetryWait retryWait =
            new RetryWait(new RetryAfter(Clock.fixed(NOW, ZoneOffset.UTC)), policy(), "429,503");

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

    private static HttpOperationFailedException answer(int status, Map<String, String> headers) {
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
    void the_wait_of_the_last_answer_was_kept_for_the_next_one_that_named_none() {
        assertThat(waitAfter(1, answer(429, Map.of("Retry-After", "30")))).isEqualTo(30_000);
        assertThat(waitAfter(2, answer(503, Map.of()))).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"429, 60, true", "429, 61, false", "429, -1, true", "503, '', true", "401, 1, false", "404, '', false"})
    void only_some_answers_are_worth_waiting_for_and_none_for_longer_than_a_minute(
            int status, String retryAfter, boolean worthIt) {
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, answer(status, Map.of("Retry-After", retryAfter)));

        assertThat(retryWait.isWorthIt(exchange)).isEqualTo(worthIt);
        assertThat(waitAfter(1, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)) != null)
                .isEqualTo(worthIt);
    }

    @Test
    void a_disk_or_an_answer_that_is_no_page_does_not_mend_by_waiting() {
        assertThat(waitAfter(1, new NoSuchFileException("page"))).isNull();
        assertThat(waitAfter(1, new SystemError(ExitCode.HEVY_API, "no page", "", new IOException("not JSON"))))
                .isNull();
    }
}
