package io.github.hevypipeline.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static Schedule at(String text, String zone) {
        return Schedule.of(text, ZoneId.of(zone));
    }

    @ParameterizedTest
    @CsvSource({
        "1h, 2026-05-12T10:17:30Z, 2026-05-12T11:17:30Z",
        "1h30m, 2026-05-12T10:17:30Z, 2026-05-12T11:47:30Z",
        "@hourly, 2026-05-12T10:17:30Z, 2026-05-12T11:00:00Z",
        "@daily, 2026-05-12T10:17:30Z, 2026-05-13T00:00:00Z",
        "@weekly, 2026-05-12T10:17:30Z, 2026-05-17T00:00:00Z",
        "*/15 * * * *, 2026-05-12T10:15:00Z, 2026-05-12T10:30:00Z",
        "0 6 * * 1-5, 2026-05-15T07:00:00Z, 2026-05-18T06:00:00Z",
        "0 6 * * 0, 2026-05-12T10:17:30Z, 2026-05-17T06:00:00Z",
        "0 6 * * 7, 2026-05-12T10:17:30Z, 2026-05-17T06:00:00Z",
        "0 6 * * MON, 2026-05-12T10:17:30Z, 2026-05-18T06:00:00Z",
        "0 6 29 2 *, 2026-05-12T10:17:30Z, 2028-02-29T06:00:00Z",
    })
    void a_cron_expression_names_the_next_time(String text, Instant time, Instant next) {
        assertThat(at(text, "UTC").after(time)).isEqualTo(next);
    }

    @Test
    void if_both_day_fields_are_restricted_either_may_match() {
        Schedule schedule = at("0 0 14 * 5", "UTC");

        Instant thursdayThe14th = schedule.after(Instant.parse("2026-05-12T00:00:00Z"));

        assertThat(thursdayThe14th).isEqualTo("2026-05-14T00:00:00Z");
        assertThat(schedule.after(thursdayThe14th)).as("a Friday").isEqualTo("2026-05-15T00:00:00Z");
    }

    @Test
    void a_cron_expression_follows_its_time_zone_through_daylight_saving() {
        Schedule daily = at("30 2 * * *", "Australia/Sydney");

        assertThat(daily.after(Instant.parse("2026-05-11T20:00:00Z"))).isEqualTo("2026-05-12T16:30:00Z");
        assertThat(daily.after(Instant.parse("2026-10-03T12:00:00Z")))
                .as("2:30 does not exist on the 4th")
                .isBetween(Instant.parse("2026-10-03T16:00:00Z"), Instant.parse("2026-10-03T16:30:00Z"));
        assertThat(daily.after(Instant.parse("2026-10-03T16:30:00Z"))).isEqualTo("2026-10-04T15:30:00Z");
    }

    @Test
    void a_period_begins_at_once_and_a_cron_expression_at_its_time() {
        Instant up = Instant.parse("2026-05-12T10:17:30Z");

        assertThat(at("1h", "UTC").first(up)).isEqualTo(up);
        assertThat(at("@hourly", "UTC").first(up)).isEqualTo("2026-05-12T11:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hourly", "61 * * * *", "* * * *", "0 0 6 * * *", "0 6 * * 8", "@reboot", "0", "1x"})
    void a_text_that_is_neither_is_refused(String text) {
        assertThatThrownBy(() -> at(text, "UTC"))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("PIPELINE_PERIOD")
                .hasMessageContaining(text);
    }

    @Test
    void a_time_that_never_comes_is_refused() {
        assertThatThrownBy(() -> at("0 0 31 2 *", "UTC"))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("never comes");
    }
}
