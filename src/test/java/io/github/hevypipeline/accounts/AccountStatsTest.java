package io.github.hevypipeline.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.accounts.AccountStats.Outcome;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AccountStatsTest {
    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final AccountStats stats = new AccountStats(HOUR.multipliedBy(2));

    @Test
    void an_account_that_keeps_failing_falls_behind_since_its_last_good_load() {
        stats.ended("anna", Outcome.LOADED, NOON);
        stats.ended("anna", Outcome.FAILED, NOON.plus(HOUR));
        stats.ended("ben", Outcome.UNCHANGED, NOON.plus(HOUR));

        assertThat(stats.furthestBehind()).contains(NOON);
        assertThat(stats.failing()).isEqualTo(1);
        assertThat(stats.total(Outcome.FAILED)).isEqualTo(1);

        stats.ended("anna", Outcome.UNCHANGED, NOON.plus(HOUR));

        assertThat(stats.furthestBehind()).contains(NOON.plus(HOUR));
        assertThat(stats.failing()).isZero();
    }

    @Test
    void an_account_that_another_worker_has_now_is_not_behind_here() {
        stats.ended("anna", Outcome.FAILED, NOON);
        stats.ended("ben", Outcome.UNCHANGED, NOON.plus(HOUR.multipliedBy(3)));

        assertThat(stats.furthestBehind()).contains(NOON.plus(HOUR.multipliedBy(3)));
        assertThat(stats.failing()).isZero();
    }

    @Test
    void accounts_stay_behind_while_none_is_tried() {
        stats.ended("anna", Outcome.LOADED, NOON);

        assertThat(stats.furthestBehind()).contains(NOON);
    }
}
