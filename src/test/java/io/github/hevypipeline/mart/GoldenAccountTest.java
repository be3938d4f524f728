package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.SqlStep;
import java.util.Map;
import java.util.TimeZone;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GoldenAccountTest {
    private static final String NATURAL_MART = """
            select workout_date, exercise_name, weight_kg, reps, set_number, set_type, rpe, workout_title, started_at,
                ended_at, workout_id, cast(split_part(set_id, '/', 2) as bigint) - 1 as exercise_index,
                cast(split_part(set_id, '/', 3) as bigint) - 1 as set_index
            from main_marts.daily_exercises
            """;
    private static final String GOLDEN =
            "select * exclude (exercise_template_id) from read_csv('" + GoldenAccount.FOLDER + "/daily_exercises.csv')";

    private final TimeZone zone = TimeZone.getDefault();

    @AfterEach
    void restore_the_time_zone() {
        TimeZone.setDefault(zone);
    }

    private static Database build(Map<String, String> environment) {
        DbtProject project = DbtProject.load(Project.SHIPPED, environment);
        Database database = new Database();
        GoldenAccount.load(database, project);
        return database.buildModels(project);
    }

    private static void assertGolden(Database database) {
        assertThat(database.row("select count(*) from main_marts.daily_exercises"))
                .containsExactly("3939");
        assertThat(database.rows(NATURAL_MART + " except all " + GOLDEN)).isEmpty();
        assertThat(database.rows(GOLDEN + " except all " + NATURAL_MART)).isEmpty();
    }

    @Test
    void the_mart_of_the_golden_account_is_right_in_every_row() {
        try (Database database = build(Map.of())) {
            assertGolden(database);
        }
    }

    @Test
    void the_mart_of_the_golden_account_is_kept_in_its_order() {
        String ids = "select set_id from main_marts.daily_exercises";
        try (Database database = build(Map.of())) {
            assertThat(database.rows(ids))
                    .isEqualTo(database.rows(
                            ids + " order by workout_date desc, started_at desc, exercise_name, set_number, set_id"));
        }
    }

    @Test
    void the_machines_time_zone_changes_nothing() {
        TimeZone.setDefault(TimeZone.getTimeZone("Australia/Sydney"));

        try (Database database = build(Map.of())) {
            assertGolden(database);
        }
    }

    @Test
    void the_views_say_the_same_in_a_session_of_another_time_zone() {
        String sql = "select workout_id, cast(started_at as varchar), cast(workout_date as varchar), "
                + "cast(updated_at as varchar) from main_staging.stg_hevy__workouts order by 1";
        try (Database database = build(Map.of())) {
            assertThat(database.rows("set TimeZone = 'America/Los_Angeles'; " + sql))
                    .isEqualTo(database.rows(sql));
        }
    }

    @Test
    void the_pipelines_time_zone_moves_the_date_and_nothing_else() {
        try (Database utc = build(Map.of());
                Database sydney = build(Map.of("PIPELINE_TIMEZONE", "Australia/Sydney"))) {
            String times = "select set_id, cast(started_at as varchar) from main_marts.daily_exercises order by 1";
            String dates = "select set_id, workout_date from main_marts.daily_exercises order by 1";
            assertThat(sydney.rows(times)).isEqualTo(utc.rows(times));
            assertThat(sydney.rows(dates)).isNotEqualTo(utc.rows(dates));
            assertThat(sydney.rows("select 1 from main_marts.daily_exercises where workout_date <> "
                            + "cast(started_at at time zone 'UTC' at time zone 'Australia/Sydney' as date)"))
                    .isEmpty();
        }
    }

    @Test
    void a_time_zone_that_would_end_the_literal_does_not() {
        DbtProject project = DbtProject.load(Project.SHIPPED, Map.of("PIPELINE_TIMEZONE", "UTC'; drop table x; --"));

        assertThat(project.modelSteps())
                .filteredOn(step -> step.name().equals("stg_hevy__workouts"))
                .singleElement()
                .extracting(SqlStep::sql, InstanceOfAssertFactories.STRING)
                .contains("'UTC''; drop table x; --'");
    }

    @Test
    void every_data_test_passes_but_the_one_for_templates_that_were_not_loaded() {
        DbtProject project = DbtProject.load(Project.SHIPPED, Map.of());
        try (Database database = build(Map.of())) {
            assertThat(project.dataTests()).hasSizeGreaterThanOrEqualTo(38).allSatisfy(test -> assertThat(
                            database.failures(project, test.name()) == 0
                                    || test.name().equals("exercises_have_a_template"))
                    .as(test.name())
                    .isTrue());
        }
    }
}
