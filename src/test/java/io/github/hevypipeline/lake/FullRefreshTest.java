package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Once a week everything is compared, also by loads that find nothing to commit. */
class FullRefreshTest {
    private static final String LIST = "/v1/workouts";

    @TempDir
    Path folder;

    private SimulatedHevy hevy;
    private FolderLake lake;

    @BeforeEach
    void loadOnce() {
        Account account = SimulatedAccount.withWorkouts(6, 14, LocalDate.of(2026, 1, 12));
        hevy = SimulatedHevy.serve(account);
        lake = FolderLake.following(folder, hevy).at("2026-11-01T10:00:00Z");
        lake.load();
        hevy.forgetLog();
    }

    @AfterEach
    void stop() {
        hevy.close();
    }

    private long listPagesReadAt(String instant) {
        hevy.forgetLog();
        lake.at(instant).load();
        return hevy.requestsTo(LIST);
    }

    @Test
    void after_a_week_everything_is_read_once_and_then_changes_alone_again() {
        List<String> keys = lake.keys();

        assertThat(listPagesReadAt("2026-11-08T09:00:00Z")).isZero();
        assertThat(listPagesReadAt("2026-11-08T11:00:00Z")).isEqualTo(2);
        assertThat(listPagesReadAt("2026-11-08T12:00:00Z")).isZero();
        assertThat(listPagesReadAt("2026-11-15T10:00:00Z")).isZero();
        assertThat(listPagesReadAt("2026-11-15T13:00:00Z")).isEqualTo(2);
        assertThat(lake.keys()).isEqualTo(keys);
    }

    @Test
    void an_edit_that_no_feed_tells_is_found_within_a_week() {
        String id = hevy.account()
                .items(Listing.WORKOUTS)
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
        // It keeps its updated_at, so it is far behind the watermark.
        hevy.account()
                .add(hevy.account()
                        .workout(id)
                        .orElseThrow()
                        .put("title", "Edited")
                        .put("updated_at", "2025-01-01T00:00:00.000Z"));
        lake.at("2026-11-02T10:00:00Z").load();
        assertThat(lake.column("select title from <workouts> where id = '" + id + "'"))
                .doesNotContain("Edited");

        lake.at("2026-11-08T11:00:00Z").load();

        assertThat(lake.column("select title from <workouts> where id = '" + id + "'"))
                .containsExactly("Edited");
    }

    @Test
    void a_clock_that_was_set_back_brings_everything() {
        assertThat(listPagesReadAt("1970-01-05T10:00:00Z")).isEqualTo(2);
    }
}
