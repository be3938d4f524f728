package io.github.hevypipeline.extract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.WithNull;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static Optional<Duration> delay(String value) {
        return RetryAfter.delay(Map.of("Retry-After", value), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2",
        "' 2 ', 2",
        "0, 0",
        "60, 60",
        "3600, 60",
        "'Mon, 23 Nov 2026 10:00:07 GMT', 7",
        "'Mon, 23 Nov 2026 12:00:00 GMT', 60",
        "'Mon, 23 Nov 2026 09:59:00 GMT', 0",
        "'Fri, 31 Dec 9999 23:59:59 GMT', 60"
    })
    void it_waits_as_told_but_never_longer_than_a_minute(String value, long seconds) {
        assertThat(delay(value)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999999999", "99999999999999999999999999"})
    void a_wait_of_many_digits_was_not_waited_for_at_all(String value) {
        assertThat(delay(value)).contains(Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "soon", "1.5", "٣", "2026-11-23T10:00:07Z", "Mon, 99 Nov 2026 10:00:07 GMT"})
    void what_cannot_be_understood_asks_for_nothing(String value) {
        assertThat(delay(value)).isEmpty();
    }

    @Test
    void the_header_may_be_written_in_any_case_or_be_absent() {
        assertThat(RetryAfter.delay(Map.of("retry-after", "2"), NOW)).contains(Duration.ofSeconds(2));
        assertThat(RetryAfter.delay(Map.of("RETRY-AFTER", "2"), NOW)).contains(Duration.ofSeconds(2));
        assertThat(RetryAfter.delay(Map.of("Date", "2"), NOW)).isEmpty();
        assertThat(RetryAfter.delay(Map.of(), NOW)).isEmpty();
    }

    @Property
    void no_header_makes_it_throw_wait_below_zero_or_beyond_the_cap(
            @ForAll @WithNull String name, @ForAll @WithNull String value) {
        Map<String, String> headers = new HashMap<>();
        headers.put(name, "2");
        headers.put("Retry-After", value);

        assertThat(RetryAfter.delay(headers, NOW))
                .satisfies(delay ->
                        delay.ifPresent(wait -> assertThat(wait).isBetween(Duration.ZERO, Duration.ofSeconds(60))));
    }

    @Property
    void any_number_of_seconds_is_capped(@ForAll long seconds) {
        assertThat(delay(Long.toString(seconds)).orElse(Duration.ZERO))
                .isBetween(Duration.ZERO, Duration.ofSeconds(60));
    }

    @Test
    void the_wait_of_the_last_answer_was_kept_for_the_next_one_that_named_none() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        RetryAfter processor = new RetryAfter(Clock.fixed(NOW, ZoneOffset.UTC));

        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure(Map.of("Retry-After", "30")));
        processor.process(exchange);
        assertThat(exchange.getIn().getHeader(Exchange.REDELIVERY_DELAY)).isEqualTo(30_000L);

        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure(Map.of()));
        processor.process(exchange);
        assertThat(exchange.getIn().getHeaders()).isEmpty();
    }

    private static HttpOperationFailedException failure(Map<String, String> headers) {
        return new HttpOperationFailedException("http://127.0.0.1/", 429, "busy", null, headers, "");
    }
}
