package io.github.hevypipeline.hevy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.time.Duration;
import java.time.Instant;

/** Whatever a header says, it is a wait or nothing. With JAZZER_FUZZ=1 it goes beyond the inputs that are kept. */
class RetryAfterFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void any_text_asks_for_a_wait_or_for_nothing(@NotNull String value) {
        RetryAfter.parse(value, Instant.parse("2026-11-23T10:00:00Z"))
                .ifPresent(wait -> assertThat(wait).isGreaterThanOrEqualTo(Duration.ZERO));
    }
}
