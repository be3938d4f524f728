package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run ends well whatever the size of the account. */
class AccountSizesTest {
    private static final List<String> TABLES = List.of(
            "exercise_templates",
            "routines",
            "routines__exercises",
            "routines__exercises__sets",
            "workouts",
            "workouts__exercises",
            "workouts__exercises__sets");

    @TempDir
    Path folder;

    @Test
    void anEmptyAccountHasEveryTableWithAllItsColumnsAndNoRows() throws IOException {
        try (Installation installation = new Installation(folder, Account.empty())) {
            assertThat(installation.run()).isEqualTo(ExitCode.DONE);

            assertThat(installation.lake().manifest()).containsOnlyKeys(TABLES);
            assertThat(installation.lake().faults()).isEmpty();
            for (String table : TABLES) {
                assertThat(installation.lake().query("select count(*) from {" + table + "}"))
                        .containsExactly(List.of("0"));
            }
            assertThat(installation.lake().query("describe select * from {workouts__exercises__sets}"))
                    .extracting(column -> column.get(0) + " " + column.get(1))
                    .containsExactly(
                            "index BIGINT",
                            "type VARCHAR",
                            "weight_kg DOUBLE",
                            "reps BIGINT",
                            "distance_meters DOUBLE",
                            "duration_seconds BIGINT",
                            "rpe DOUBLE",
                            "custom_metric DOUBLE",
                            "_dlt_id VARCHAR",
                            "_dlt_parent_id VARCHAR",
                            "_dlt_root_id VARCHAR",
                            "_dlt_list_idx BIGINT");
            assertThat(Sql.value(installation.warehouse(), "select count(*) from main_marts.daily_exercises"))
                    .isEqualTo("0");
        }
    }

    @Tag("slow")
    @Test
    void anEmptyAccountStaysAsItIsOnTheSecondRunAndFillsOnTheThird() throws IOException {
        try (Installation installation = new Installation(folder, Account.empty())) {
            installation.run();
            Map<String, String> before = installation.lake().objects();

            assertThat(installation.run()).isEqualTo(ExitCode.DONE);
            assertThat(installation.lake().objects()).isEqualTo(before);

            installation.account().add(SimulatedAccount.workout(7, LocalDate.of(2026, 5, 4), 1));
            assertThat(installation.run()).isEqualTo(ExitCode.DONE);
            assertThat(installation.lake().query("select count(*) from {workouts}"))
                    .containsExactly(List.of("1"));
            assertThat(installation.lake().faults()).isEmpty();
        }
    }

    @Test
    void aWorkoutWithoutExercisesIsARowOfWorkoutsAndNothingElse() throws IOException {
        ObjectNode workout = (ObjectNode) new ObjectMapper().readTree("""
                {"id": "0d9e8f7a-1b2c-4d3e-9f80-112233445566", "title": "Quick", "routine_id": null,
                 "description": "", "start_time": "2026-10-07T05:00:00+00:00",
                 "end_time": "2026-10-07T05:20:00+00:00", "updated_at": "2026-10-07T05:20:03.118Z",
                 "created_at": "2026-10-07T05:20:03.118Z", "exercises": []}
                """);
        Account account = Account.of(
                Map.of(Listing.WORKOUTS, List.of(workout)), Account.empty().user());
        try (Installation installation = new Installation(folder, account)) {
            assertThat(installation.run()).isEqualTo(ExitCode.DONE);

            assertThat(installation.lake().query("select title, start_time, routine_id from {workouts}"))
                    .containsExactly(java.util.Arrays.asList("Quick", "2026-10-07T05:00Z", null));
            assertThat(installation.lake().query("select count(*) from {workouts__exercises}"))
                    .containsExactly(List.of("0"));
            assertThat(installation.lake().faults()).isEmpty();
            assertThat(Sql.value(installation.warehouse(), "select count(*) from main_staging.stg_hevy__workouts"))
                    .isEqualTo("1");
        }
    }

    @Tag("slow")
    @Test
    void twoThousandWorkoutsAreAllThere() throws IOException {
        Account account = SimulatedAccount.withWorkouts(3, 2_000, LocalDate.of(2026, 6, 1));
        try (Installation installation = new Installation(folder, account)) {
            assertThat(installation.run()).isEqualTo(ExitCode.DONE);

            assertThat(installation.lake().query("select count(*), count(distinct id) from {workouts}"))
                    .containsExactly(List.of("2000", "2000"));
            long sets = account.items(Listing.WORKOUTS)
                    .flatMap(workout -> java.util.stream.StreamSupport.stream(
                            workout.path("exercises").spliterator(), false))
                    .mapToLong(exercise -> exercise.path("sets").size())
                    .sum();
            assertThat(installation.lake().query("select count(*) from {workouts__exercises__sets}"))
                    .containsExactly(List.of(Long.toString(sets)));
            assertThat(installation.lake().faults()).isEmpty();
        }
    }
}
