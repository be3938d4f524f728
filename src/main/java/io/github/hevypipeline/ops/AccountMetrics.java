package io.github.hevypipeline.ops;

import io.github.hevypipeline.accounts.AccountStats;
import io.github.hevypipeline.accounts.AccountStats.Outcome;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The Micrometer metrics of a worker. {@code docs/scale.md} lists them.
 *
 * <p>Immutable; the registry reads the counts.
 */
final class AccountMetrics {
    private static final String PREFIX = "hevy.pipeline.";

    private AccountMetrics() {}

    /** Registers the counts, which the caller keeps. */
    static void register(MeterRegistry registry, AccountStats stats, InstantSource clock) {
        for (Outcome outcome : Outcome.values()) {
            FunctionCounter.builder(PREFIX + "accounts", stats, counts -> counts.total(outcome))
                    .description("Account loads that have ended, by how.")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        Gauge.builder(PREFIX + "accounts.failed.now", stats, AccountStats::failing)
                .description("Accounts that failed when they were last tried.")
                .register(registry);
        TimeGauge.builder(PREFIX + "accounts.behind", stats, TimeUnit.SECONDS, counts -> counts.furthestBehind()
                        .map(since -> Duration.between(since, clock.instant()).toMillis() / 1000.0)
                        .orElse(Double.NaN))
                .description("Time since the last good load of the account that is furthest behind.")
                .register(registry);
        Gauge.builder(PREFIX + "packages.waiting", stats, AccountStats::waiting)
                .description("Commits that wait for the merge.")
                .register(registry);
        FunctionTimer.builder(
                        PREFIX + "merge",
                        stats,
                        AccountStats::merges,
                        counts -> counts.merging().toMillis(),
                        TimeUnit.MILLISECONDS)
                .description("How long merges took.")
                .register(registry);
    }
}
