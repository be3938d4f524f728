package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.settings.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RunPlanTest {
    private static final Instant SIX = Instant.parse("2026-05-12T06:00:00Z");

    private static RunPlan plan(String schedule) {
        return new RunPlan(Schedule.of(schedule, ZoneOffset.UTC), Duration.ofMinutes(1));
    }

    private static Instant afterSix(int minutes) {
        return SIX.plus(Duration.ofMinutes(minutes));
    }

    @Test
    void the_next_run_begins_a_period_after_the_last_has_begun() {
        assertThat(plan("1h").next(SIX, afterSix(5), ExitCode.DONE)).isEqualTo(afterSix(60));
    }

    @Test
    void due_times_that_pass_during_a_run_are_merged_into_one_run() {
        assertThat(plan("1h").next(SIX, afterSix(200), ExitCode.DONE)).isEqualTo(afterSix(200));
        assertThat(plan("@hourly").next(SIX, afterSix(200), ExitCode.DONE)).isEqualTo(afterSix(200));
        assertThat(plan("@hourly").next(afterSix(200), afterSix(201), ExitCode.DONE))
                .isEqualTo(afterSix(240));
    }

    @Test
    void the_backoff_doubles_up_to_the_next_scheduled_time() {
        RunPlan plan = plan("15m");
        List<Long> waits = new ArrayList<>();
        for (int failure = 1; failure <= 7; failure++) {
            Instant next = plan.next(SIX, SIX, ExitCode.HEVY_API);
            waits.add(Duration.between(SIX, next).toMinutes());
        }

        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 15L, 15L, 15L);
    }

    @Test
    void a_successful_run_resets_the_backoff() {
        RunPlan plan = plan("1h");
        plan.next(SIX, SIX, ExitCode.S3);
        plan.next(SIX, SIX, ExitCode.S3);
        plan.next(SIX, SIX, ExitCode.DONE);

        assertThat(plan.next(SIX, SIX, ExitCode.S3)).isEqualTo(afterSix(1));
    }

    @Test
    void a_thousand_failures_in_a_row_still_wait_for_the_schedule() {
        RunPlan plan = plan("30d");
        Instant next = SIX;
        for (int failure = 1; failure <= 1000; failure++) {
            next = plan.next(SIX, SIX, ExitCode.BUG);
        }

        assertThat(next).isEqualTo(SIX.plus(Duration.ofDays(30)));
    }

    @ParameterizedTest
    @EnumSource(names = {"CONFIGURATION", "DATA_TEST_FAILED"})
    void a_failure_that_is_not_retryable_waits_for_the_schedule(ExitCode how) {
        assertThat(plan("1h").next(SIX, afterSix(5), how)).isEqualTo(afterSix(65));
    }
}
