package io.github.hevypipeline.lake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTimesTest {
    private static long general(String text) {
        OffsetDateTime time = OffsetDateTime.parse(text);
        return time.toEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-31T12:34:56Z",
                "1970-01-01T00:00:00+00:00",
                "1969-12-31T23:59:59.999999Z",
                "2024-02-29T23:59:59.1Z",
                "2026-06-01T00:00:00.052Z",
                "0001-01-01T00:00:00Z",
                "9999-12-31T23:59:59.000001+00:00"
            })
    void the_form_that_hevy_uses_is_read_as_the_general_reader_does(String text) {
        assertThat(UtcTimes.micros(text)).isEqualTo(general(text));
    }

    @Property(tries = 300)
    void any_time_of_that_form_is_read_as_the_general_reader_does(
            @ForAll @LongRange(min = -62_135_596_800L, max = 253_402_300_799L) long seconds,
            @ForAll @IntRange(min = 0, max = 999_999) int micros) {
        String text = OffsetDateTime.ofInstant(Instant.ofEpochSecond(seconds, micros * 1_000L), ZoneOffset.UTC)
                .toString();
        long read = UtcTimes.micros(text);

        assertThat(read).isIn(general(text), UtcTimes.OTHER_FORM);
        assertThat(text.length() >= "2026-01-31T12:34:56Z".length()).isEqualTo(read != UtcTimes.OTHER_FORM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-01-31",
                "2026-01-31T12:34Z",
                "2026-01-31T12:34:56",
                "2026-01-31T12:34:56+02:00",
                "2026-02-30T12:34:56Z",
                "2026-13-01T12:34:56Z",
                "2026-00-10T12:34:56Z",
                "2026-01-31T24:00:00Z",
                "2026-01-31T12:60:00Z",
                "2026-01-31T12:34:60Z",
                "2026-01-31T12:34:56.Z",
                "2026-01-31T12:34:56.1234567Z",
                "2026-01-31T12:34:56.12x4Z",
                "2026-01-31 12:34:56Z",
                "+2026-01-31T12:34:56Z",
                "2026-01-31T12:34:56Zulu",
                "२०२६-01-31T12:34:56Z"
            })
    void every_other_form_is_left_to_the_general_reader(String text) {
        assertThat(UtcTimes.micros(text)).isEqualTo(UtcTimes.OTHER_FORM);
    }

    @Test
    void a_year_zero_is_left_to_the_general_reader() {
        assertThat(UtcTimes.micros("0000-01-01T00:00:00Z")).isEqualTo(UtcTimes.OTHER_FORM);
    }
}
