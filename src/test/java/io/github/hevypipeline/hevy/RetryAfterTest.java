package io.github.hevypipeline.hevy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.WithNull;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static Optional<Duration> asked(String value) {
        return RetryAfter.asked(Map.of("Retry-After", value), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2",
        "' 2 ', 2",
        "0, 0",
        "007, 7",
        "60, 60",
        "3600, 3600",
        "999999999, 999999999",
        "9999999999, 999999999",
        "99999999999999999999999999, 999999999"
    })
    void it_may_be_a_number_of_seconds(String value, long seconds) {
        assertThat(asked(value)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({
        "'Mon, 23 Nov 2026 10:00:07 GMT', 7",
        "'mon, 23 nov 2026 10:00:07 gmt', 7",
        "'Monday, 23-Nov-26 10:00:07 GMT', 7",
        "'Wednesday, 23-Nov-33 10:00:00 GMT', 220924800",
        "'Mon Nov 23 10:00:07 2026', 7",
        "'Wed Dec  2 10:00:00 2026', 777600",
        "'Mon, 23 Nov 2026 09:59:00 GMT', 0",
        "'Sunday, 06-Nov-94 08:49:37 GMT', 0",
        "'Sun Nov  6 08:49:37 1994', 0",
        "'Fri, 31 Dec 9999 23:59:59 GMT', 251606872799"
    })
    void it_may_be_a_date_in_any_of_the_three_forms_of_http(String value, long seconds) {
        assertThat(asked(value)).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "soon",
                "1.5",
                "2s",
                "٣",
                "2026-11-23T10:00:07Z",
                "Mon, 99 Nov 2026 10:00:07 GMT",
                "Mon, 23 Nov 2026",
                "'"
            })
    void what_cannot_be_understood_asks_for_nothing(String value) {
        assertThat(asked(value)).isEmpty();
    }

    @Test
    void the_header_may_be_written_in_any_case_or_be_absent() {
        assertThat(RetryAfter.asked(Map.of("retry-after", "2"), NOW)).contains(Duration.ofSeconds(2));
        assertThat(RetryAfter.asked(Map.of("RETRY-AFTER", "2"), NOW)).contains(Duration.ofSeconds(2));
        assertThat(RetryAfter.asked(Map.of("Date", "2"), NOW)).isEmpty();
        assertThat(RetryAfter.asked(Map.of(), NOW)).isEmpty();
    }

    @Property
    void no_header_makes_it_throw_or_ask_for_less_than_nothing(
            @ForAll @WithNull String name, @ForAll @WithNull String value) {
        Map<String, String> headers = new HashMap<>();
        headers.put(name, "2");
        headers.put("Retry-After", value);

        assertThat(RetryAfter.asked(headers, NOW))
                .satisfies(asked -> asked.ifPresent(wait -> assertThat(wait).isGreaterThanOrEqualTo(Duration.ZERO)));
    }
}
