package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SyncPlanTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00.123456Z");
    private static final Optional<Instant> YESTERDAY = Optional.of(NOW.minus(Duration.ofDays(1)));
    private static final ResourceCatalog CATALOG = ResourceCatalog.read(Path.of("schemas"));
    private static final Resource WORKOUTS = CATALOG.select("workouts").get(0);

    private static SyncPlan plan(
            boolean demanded, boolean complete, Optional<Instant> watermark, Optional<Instant> lastFullRefresh) {
        return SyncPlan.of(WORKOUTS, new SyncPlan.Situation(demanded, complete, watermark, lastFullRefresh, NOW));
    }

    @Test
    void changes_are_read_from_a_day_before_the_watermark() {
        assertThat(plan(false, true, YESTERDAY, YESTERDAY))
                .isEqualTo(new SyncPlan(true, null, Instant.parse("2026-11-22T12:00:00.123Z")));
    }

    @Test
    void everything_is_fetched_at_first_on_demand_once_a_week_and_when_a_file_is_lost() {
        Optional<Instant> eightDaysAgo = Optional.of(NOW.minus(Duration.ofDays(8)));

        assertThat(plan(false, true, Optional.empty(), Optional.empty()).isIncremental())
                .isFalse();
        assertThat(plan(true, true, YESTERDAY, YESTERDAY).isIncremental()).isFalse();
        assertThat(plan(false, true, YESTERDAY, eightDaysAgo).isIncremental()).isFalse();
        assertThat(plan(false, true, YESTERDAY, Optional.empty()).isIncremental())
                .isFalse();
        assertThat(plan(false, false, YESTERDAY, YESTERDAY).isIncremental()).isFalse();
    }

    @Test
    void a_watermark_in_the_future_is_not_believed() {
        Optional<Instant> tomorrow = Optional.of(NOW.plus(Duration.ofDays(1)));

        assertThat(plan(false, true, tomorrow, tomorrow).reason()).contains("clock");
        assertThat(plan(false, true, YESTERDAY, tomorrow).isIncremental()).isFalse();
    }

    @Test
    void a_resource_without_a_feed_of_changes_is_fetched_whole_without_a_word() {
        Resource routines = CATALOG.select("routines").get(0);

        assertThat(SyncPlan.of(routines, new SyncPlan.Situation(false, true, YESTERDAY, YESTERDAY, NOW)))
                .isEqualTo(new SyncPlan(false, null, null));
    }
}
