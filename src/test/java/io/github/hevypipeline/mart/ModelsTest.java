package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelsTest {
    private final Database database = new Database();
    private final DbtProject project = DbtProject.load(Project.SHIPPED, Map.of());

    @BeforeEach
    void empty_tables() {
        RawTables.steps(project, Map.of()).forEach(step -> database.execute(step.sql()));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void oneWorkout() {
        database.execute("insert into hevy_raw.workouts by name select 'w' as id, 'Legs' as title, "
                + "timestamptz '2026-05-10 08:00:00+00' as start_time, timestamptz '2026-05-10 09:00:00+00' as end_time, "
                + "'_w' as _dlt_id");
        database.execute("insert into hevy_raw.workouts__exercises by name select 0 as index, 'Squat' as title, "
                + "'t' as exercise_template_id, '_e' as _dlt_id, '_w' as _dlt_parent_id");
        database.execute("insert into hevy_raw.exercise_templates by name select 't' as id, '_t' as _dlt_id");
    }

    private void set(String id, String columns) {
        database.execute("insert into hevy_raw.workouts__exercises__sets by name select '" + id
                + "' as _dlt_id, '_e' as _dlt_parent_id, 'normal' as type, " + columns);
    }

    @Test
    void workouts_are_renamed_and_their_times_are_utc() {
        oneWorkout();
        database.buildModels(project);

        assertThat(database.row("select workout_id, workout_title, started_at, ended_at, workout_date, _dlt_id "
                        + "from main_staging.stg_hevy__workouts"))
                .containsExactly("w", "Legs", "2026-05-10 08:00:00.0", "2026-05-10 09:00:00.0", "2026-05-10", "_w");
    }

    @Test
    void every_model_has_exactly_the_columns_of_the_contract() {
        database.buildModels(project);

        assertThat(database.columns("stg_hevy__workouts"))
                .containsExactlyInAnyOrder(
                        "workout_id VARCHAR",
                        "routine_id VARCHAR",
                        "workout_title VARCHAR",
                        "workout_description VARCHAR",
                        "started_at TIMESTAMP",
                        "ended_at TIMESTAMP",
                        "workout_date DATE",
                        "created_at TIMESTAMP",
                        "updated_at TIMESTAMP",
                        "_dlt_load_id VARCHAR",
                        "_dlt_id VARCHAR");
        assertThat(database.columns("stg_hevy__exercises"))
                .containsExactlyInAnyOrder(
                        "exercise_id VARCHAR",
                        "workout_id VARCHAR",
                        "exercise_title VARCHAR",
                        "exercise_template_id VARCHAR",
                        "exercise_index BIGINT",
                        "supersets_id BIGINT",
                        "exercise_notes VARCHAR",
                        "_dlt_list_idx BIGINT");
        assertThat(database.columns("stg_hevy__sets"))
                .containsExactlyInAnyOrder(
                        "set_id VARCHAR",
                        "exercise_id VARCHAR",
                        "set_index BIGINT",
                        "set_type VARCHAR",
                        "weight_kg DOUBLE",
                        "reps BIGINT",
                        "distance_meters DOUBLE",
                        "duration_seconds BIGINT",
                        "rpe DOUBLE",
                        "custom_metric DOUBLE",
                        "is_performed BOOLEAN",
                        "_dlt_list_idx BIGINT");
        assertThat(database.columns("stg_hevy__exercise_templates"))
                .containsExactlyInAnyOrder(
                        "exercise_template_id VARCHAR",
                        "exercise_name VARCHAR",
                        "exercise_type VARCHAR",
                        "primary_muscle_group VARCHAR",
                        "secondary_muscle_groups VARCHAR[]",
                        "is_custom BOOLEAN",
                        "_dlt_load_id VARCHAR",
                        "_dlt_id VARCHAR");
        assertThat(database.columns("daily_exercises"))
                .containsExactly(
                        "workout_date DATE",
                        "exercise_name VARCHAR",
                        "weight_kg DOUBLE",
                        "reps BIGINT",
                        "set_number BIGINT",
                        "set_type VARCHAR",
                        "rpe DOUBLE",
                        "workout_title VARCHAR",
                        "started_at TIMESTAMP",
                        "ended_at TIMESTAMP",
                        "workout_id VARCHAR",
                        "exercise_id VARCHAR",
                        "set_id VARCHAR");
    }

    @Test
    void exercises_carry_the_workouts_id_of_the_api_and_orphans_stay() {
        oneWorkout();
        database.execute(
                "insert into hevy_raw.workouts__exercises by name select '_x' as _dlt_id, '_?' as _dlt_parent_id");
        database.buildModels(project);

        assertThat(database.rows("select exercise_id, workout_id from main_staging.stg_hevy__exercises order by 1"))
                .containsExactly(List.of("_e", "w"), Arrays.asList("_x", null));
        assertThat(database.failures(project, "not_null_stg_hevy__exercises_workout_id"))
                .isEqualTo(1);
    }

    @Test
    void numbers_stay_exact_while_they_are_whole() {
        oneWorkout();
        set("_s", "9007199254740993 as reps, 0 as index");
        database.buildModels(project);

        assertThat(database.row("select reps, set_number from main_marts.daily_exercises"))
                .containsExactly("9007199254740993", "1");
    }

    @Test
    void a_column_widened_to_double_or_text_is_read_where_nothing_is_lost() {
        oneWorkout();
        database.execute("alter table hevy_raw.workouts__exercises__sets alter reps type double");
        database.execute("alter table hevy_raw.workouts__exercises__sets alter weight_kg type varchar");
        set("_1", "'100.25' as weight_kg, 5.0 as reps, 0 as index");
        set("_2", "'heavy' as weight_kg, 5.5 as reps, 1 as index");
        set("_3", "'40' as weight_kg, 5.5 as reps, 2 as index");
        database.buildModels(project);

        assertThat(database.rows("select set_id, weight_kg, reps from main_staging.stg_hevy__sets order by 1"))
                .containsExactly(
                        List.of("_1", "100.25", "5"),
                        Arrays.asList("_2", null, null),
                        Arrays.asList("_3", "40.0", null));
        assertThat(database.failures(project, "raw_values_are_readable")).isEqualTo(3);
        assertThat(database.rows("select set_id, weight_kg, reps from main_marts.daily_exercises order by 1"))
                .containsExactly(
                        List.of("_1", "100.25", "5"),
                        Arrays.asList("_2", null, null),
                        Arrays.asList("_3", "40.0", null));
        assertThat(database.failures(project, "every_performed_set_is_in_daily_exercises_once"))
                .isZero();
    }

    @Test
    void a_start_time_that_was_widened_to_text_is_read_where_it_is_a_time_and_no_row_is_lost() {
        oneWorkout();
        set("_s", "5 as reps, 0 as index");
        database.execute(
                "alter table hevy_raw.workouts alter start_time type varchar using '2026-05-10T18:00:00+10:00'");
        database.execute(
                "insert into hevy_raw.workouts by name select 'no offset' as id, '2026-05-10T08:00:00' as start_time, '_2' as _dlt_id");
        database.execute(
                "insert into hevy_raw.workouts by name select 'rubbish' as id, 'yesterday' as start_time, '_3' as _dlt_id");
        database.buildModels(project);

        assertThat(database.rows(
                        "select workout_id, started_at, workout_date from main_staging.stg_hevy__workouts order by 1"))
                .containsExactly(
                        List.of("no offset", "2026-05-10 08:00:00.0", "2026-05-10"),
                        Arrays.asList("rubbish", null, null),
                        List.of("w", "2026-05-10 08:00:00.0", "2026-05-10"));
        assertThat(database.rows("from main_marts.daily_exercises")).hasSize(1);
        assertThat(database.failures(project, "raw_values_are_readable")).isEqualTo(1);
        assertThat(database.row(
                        "select table_name, column_name, raw_value from main_dbt_test__audit.raw_values_are_readable"))
                .containsExactly("workouts", "start_time", "yesterday");
    }

    @Test
    void a_performed_set_that_is_lost_or_doubled_fails_a_test() {
        oneWorkout();
        set("_kept", "5 as reps, 0 as index");
        set("_lost", "6 as reps, 1 as index");
        set("_doubled", "7 as reps, 2 as index");
        database.buildModels(project);
        database.execute("delete from main_marts.daily_exercises where set_id = '_lost'");
        database.execute(
                "insert into main_marts.daily_exercises from main_marts.daily_exercises where set_id = '_doubled'");

        assertThat(database.failures(project, "every_performed_set_is_in_daily_exercises_once"))
                .isEqualTo(2);
        assertThat(database.failures(project, "unique_daily_exercises_set_id")).isEqualTo(1);
    }

    @Test
    void a_deleted_template_and_an_unknown_set_type_only_warn() {
        oneWorkout();
        database.execute("delete from hevy_raw.exercise_templates");
        set("_s", "5 as reps, 0 as index");
        database.execute("update hevy_raw.workouts__exercises__sets set type = 'myo'");
        database.buildModels(project);

        assertThat(database.failures(project, "exercises_have_a_template")).isEqualTo(1);
        assertThat(database.failures(project, "set_types_are_known")).isEqualTo(1);
        assertThat(project.dataTests())
                .filteredOn(test -> test.severity() == Verdict.WARN)
                .extracting(DataTest::name)
                .contains("exercises_have_a_template", "set_types_are_known", "raw_values_are_readable");
    }

    @Test
    void the_mart_is_kept_in_its_order() {
        oneWorkout();
        database.execute("insert into hevy_raw.workouts by name select 'later' as id, "
                + "timestamptz '2026-05-10 18:00:00+00' as start_time, '_w2' as _dlt_id");
        database.execute(
                "insert into hevy_raw.workouts__exercises by name select 0 as index, 'Row' as title, '_e2' as _dlt_id, '_w2' as _dlt_parent_id");
        database.execute(
                "insert into hevy_raw.workouts__exercises by name select 1 as index, 'Bench' as title, '_e3' as _dlt_id, '_w2' as _dlt_parent_id");
        set("_2", "5 as reps, 1 as index");
        set("_1", "5 as reps, 0 as index");
        database.execute(
                "insert into hevy_raw.workouts__exercises__sets by name select 'r' as _dlt_id, '_e2' as _dlt_parent_id, 0 as index, 1 as reps");
        database.execute(
                "insert into hevy_raw.workouts__exercises__sets by name select 'b' as _dlt_id, '_e3' as _dlt_parent_id, 0 as index, 1 as reps");
        database.buildModels(project);

        assertThat(database.rows("select set_id from main_marts.daily_exercises"))
                .extracting(row -> row.get(0))
                .containsExactly("b", "r", "_1", "_2");
    }

    @Test
    void hostile_text_is_data_and_stays_as_it_is() {
        String hostile = "'; drop table hevy_raw.workouts; -- {{ 1 }} ${x} \"q\" \uD83D\uDE05";
        oneWorkout();
        database.execute("update hevy_raw.workouts__exercises set title = " + SqlText.literal(hostile));
        set("_s", "5 as reps, 0 as index");
        database.buildModels(project);

        assertThat(database.row("select exercise_name from main_marts.daily_exercises"))
                .containsExactly(hostile);
    }
}
