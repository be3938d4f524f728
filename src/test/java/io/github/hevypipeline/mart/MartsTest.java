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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The training marts from the raw tables on; what decides within one model is in its unit tests. */
class MartsTest {
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

    private void workout(String id, String start, String end) {
        database.execute(
                "insert into hevy_raw.workouts by name select '%s' as id, '%s' as start_time, '%s' as end_time, '_%s' as _dlt_id"
                        .formatted(id, start, end, id));
    }

    private void exercise(String id, String workout, String template, String title) {
        database.execute("insert into hevy_raw.workouts__exercises by name select '" + id + "' as _dlt_id, '_" + workout
                + "' as _dlt_parent_id, " + template + " as exercise_template_id, " + title + " as title");
    }

    private void template(String id, String type, String primary, String secondary) {
        database.execute("insert into hevy_raw.exercise_templates by name select '" + id + "' as id, '_" + id
                + "' as _dlt_id, '" + type + "' as type, " + primary + " as primary_muscle_group, " + secondary
                + " as secondary_muscle_groups");
    }

    private void set(String id, String exercise, String columns) {
        database.execute("insert into hevy_raw.workouts__exercises__sets by name select '" + id + "' as _dlt_id, '"
                + exercise + "' as _dlt_parent_id, " + columns);
    }

    private void oneWorkout() {
        workout("w", "2026-05-10 08:00:00+00", "2026-05-10 09:00:00+00");
        exercise("e", "w", "'t'", "'Squat'");
        template("t", "weight_reps", "'quadriceps'", "['glutes']");
        set("warm-up", "e", "'warmup' as type, 40.0 as weight_kg, 10 as reps");
        set("work", "e", "'normal' as type, 100.0 as weight_kg, 5 as reps");
    }

    /** Every test of severity error passes. */
    private void assertSound() {
        for (DataTest test : project.dataTests()) {
            if (test.severity() == Verdict.ERROR) {
                assertThat(database.failures(project, test.name()))
                        .as(test.name())
                        .isZero();
            }
        }
    }

    @Test
    void every_mart_has_exactly_its_columns() {
        database.buildModels(project);

        assertThat(database.columns("exercise_progress"))
                .containsExactly(
                        "workout_date DATE",
                        "exercise_template_id VARCHAR",
                        "exercise_name VARCHAR",
                        "exercise_type VARCHAR",
                        "hard_sets BIGINT",
                        "reps BIGINT",
                        "volume_kg DOUBLE",
                        "top_weight_kg DOUBLE",
                        "epley_1rm_kg DOUBLE",
                        "brzycki_1rm_kg DOUBLE",
                        "duration_seconds BIGINT",
                        "distance_meters DOUBLE",
                        "custom_metric DOUBLE",
                        "best_set_id VARCHAR",
                        "best_set_weight_kg DOUBLE",
                        "best_set_reps BIGINT",
                        "best_set_duration_seconds BIGINT",
                        "best_set_distance_meters DOUBLE",
                        "best_set_custom_metric DOUBLE");
        assertThat(database.columns("personal_records"))
                .containsExactly(
                        "achieved_on DATE",
                        "exercise_template_id VARCHAR",
                        "exercise_name VARCHAR",
                        "record_type VARCHAR",
                        "at_weight_kg DOUBLE",
                        "value DOUBLE",
                        "unit VARCHAR",
                        "previous_value DOUBLE",
                        "previous_achieved_on DATE",
                        "is_current BOOLEAN",
                        "workout_id VARCHAR",
                        "set_id VARCHAR",
                        "weight_kg DOUBLE",
                        "reps BIGINT");
        assertThat(database.columns("weekly_muscle_volume"))
                .containsExactly(
                        "week_started_on DATE",
                        "muscle_group VARCHAR",
                        "primary_sets BIGINT",
                        "secondary_sets BIGINT",
                        "hard_sets DOUBLE",
                        "tonnage_kg DOUBLE");
        assertThat(database.columns("training_calendar"))
                .containsExactly(
                        "workout_date DATE",
                        "week_started_on DATE",
                        "sessions BIGINT",
                        "duration_seconds BIGINT",
                        "hard_sets BIGINT",
                        "volume_kg DOUBLE",
                        "records BIGINT",
                        "days_since_previous BIGINT",
                        "streak_days BIGINT",
                        "streak_weeks BIGINT",
                        "body_weight_kg DOUBLE");
        assertThat(database.columns("body_weight"))
                .hasSize(21)
                .startsWith(
                        "measured_on DATE",
                        "weight_kg DOUBLE",
                        "weight_change_kg DOUBLE",
                        "days_since_previous BIGINT",
                        "four_week_mean_kg DOUBLE",
                        "fat_percent DOUBLE");
        assertThat(database.columns("workout_summary"))
                .containsExactly(
                        "workout_id VARCHAR",
                        "workout_title VARCHAR",
                        "workout_date DATE",
                        "started_at TIMESTAMP",
                        "ended_at TIMESTAMP",
                        "duration_seconds BIGINT",
                        "exercises BIGINT",
                        "sets BIGINT",
                        "hard_sets BIGINT",
                        "reps BIGINT",
                        "volume_kg DOUBLE",
                        "records BIGINT");
    }

    @Test
    void an_account_of_one_workout_is_in_every_mart() {
        oneWorkout();
        database.buildModels(project);

        assertThat(database.row("select exercise_name, hard_sets, reps, volume_kg, best_set_id "
                        + "from main_marts.exercise_progress"))
                .containsExactly("Squat", "1", "5", "500.0", "work");
        assertThat(database.rows("select record_type, at_weight_kg, value, previous_value, is_current "
                        + "from main_marts.personal_records"))
                .containsExactly(
                        Arrays.asList("best_estimated_1rm", null, "116.67", null, "true"),
                        Arrays.asList("best_session_volume", null, "500.0", null, "true"),
                        Arrays.asList("best_set_volume", null, "500.0", null, "true"),
                        Arrays.asList("heaviest_weight", null, "100.0", null, "true"),
                        Arrays.asList("most_reps", "100.0", "5.0", null, "true"));
        assertThat(database.rows("from main_marts.weekly_muscle_volume"))
                .containsExactly(
                        List.of("2026-05-04", "quadriceps", "1", "0", "1.0", "500.0"),
                        List.of("2026-05-04", "glutes", "0", "1", "0.5", "250.0"));
        assertThat(database.row("select workout_date, sessions, duration_seconds, days_since_previous, streak_days, "
                        + "streak_weeks from main_marts.training_calendar"))
                .containsExactly("2026-05-10", "1", "3600", null, "1", "1");
        assertThat(database.row(
                        "select exercises, sets, hard_sets, volume_kg, records from main_marts.workout_summary"))
                .containsExactly("1", "2", "1", "500.0", "0");
        assertSound();
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    # type                   | weight | reps | seconds | metres | custom | volume | 1RM
                    weight_reps              | 90.0   | 10   | -       | -      | -      | 900.0  | 120.0
                    bodyweight_weighted      | 90.0   | 10   | -       | -      | -      | 900.0  | -
                    bodyweight_reps          | 90.0   | 10   | -       | -      | -      | 900.0  | -
                    bodyweight_assisted      | 90.0   | 10   | -       | -      | -      | -      | -
                    bodyweight_assisted_reps | 90.0   | 10   | -       | -      | -      | -      | -
                    reps_only                | -      | 10   | -       | -      | -      | -      | -
                    duration                 | -      | -    | 60      | -      | -      | -      | -
                    weight_duration          | 90.0   | -    | 60      | -      | -      | -      | -
                    distance_duration        | -      | -    | 60      | 400.0  | -      | -      | -
                    short_distance_weight    | 90.0   | -    | -       | 400.0  | -      | -      | -
                    floors_duration          | -      | -    | 60      | -      | 7.0    | -      | -
                    steps_duration           | -      | -    | 60      | -      | 7.0    | -      | -
                    unheard_of               | 90.0   | 10   | 60      | 400.0  | -      | 900.0  | 120.0
                    """)
    void the_type_of_a_template_says_what_a_set_with_every_number_measures(
            String type,
            String weight,
            String reps,
            String seconds,
            String metres,
            String custom,
            String volume,
            String estimate) {
        workout("w", "2026-05-10 08:00:00+00", "2026-05-10 09:00:00+00");
        exercise("e", "w", "'t'", "'Squat'");
        template("t", type, "'quadriceps'", "['glutes']");
        set(
                "s",
                "e",
                "90.0 as weight_kg, 10 as reps, 60 as duration_seconds, 400.0 as distance_meters, 7.0 as custom_metric");
        database.buildModels(project);

        assertThat(database.row(
                        "select top_weight_kg, reps, duration_seconds, distance_meters, custom_metric, volume_kg, "
                                + "epley_1rm_kg from main_marts.exercise_progress"))
                .containsExactly(weight, reps, seconds, metres, custom, volume, estimate);
        assertThat(database.rows("select record_type, value from main_marts.personal_records where record_type in "
                        + "('heaviest_weight', 'least_assistance', 'most_floors', 'most_steps')"))
                .hasSize((weight == null ? 0 : 1) + (custom == null ? 0 : 1));
        assertSound();
    }

    @Test
    void what_a_widened_column_says_never_stops_the_build() {
        database.execute("alter table hevy_raw.workouts alter start_time type varchar");
        database.execute("alter table hevy_raw.workouts alter end_time type varchar");
        for (String column : List.of("weight_kg", "reps", "duration_seconds", "distance_meters", "custom_metric")) {
            database.execute("alter table hevy_raw.workouts__exercises__sets alter " + column + " type varchar");
        }
        oneWorkout();
        List<String> times = List.of("infinity", "-infinity", "yesterday", "290000-01-01", "0001-01-01", "9999-12-31");
        List<String> numbers = List.of("NaN", "Infinity", "-5", "1e300", "9223372036854775807", "many", "0", "5.5");
        for (int i = 0; i < times.size(); i++) {
            workout("t" + i, times.get(i), times.get(times.size() - 1 - i));
            exercise("et" + i, "t" + i, "'t'", "'Squat'");
            for (int n = 0; n < numbers.size(); n++) {
                String number = "'" + numbers.get(n) + "'";
                set(
                        "s" + i + n,
                        "et" + i,
                        "%s as weight_kg, %s as reps, %s as duration_seconds, %s as distance_meters, %s as custom_metric"
                                .formatted(number, number, number, number, number));
                set("r" + i + n, "et" + i, number + " as weight_kg, '5' as reps");
            }
        }
        database.buildModels(project);

        assertSound();
        assertThat(database.row("select count(*), count(duration_seconds) from main_marts.workout_summary"))
                .containsExactly("7", "1");
        assertThat(database.rows("select workout_date from main_marts.training_calendar"))
                .extracting(row -> row.get(0))
                .containsExactly("9999-12-31", "2026-05-10", "0001-01-01");
        assertThat(database.rows("select 1 from main_marts.exercise_progress where not isfinite(volume_kg)"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
                    none                          | none
                    chest                         | none
                    ["chest", "triceps"]          | chest, triceps
                    ["it's; drop table x --"]     | it's; drop table x --
                    {"a": ["b"]}                  | none
                    ["quadriceps", null]          | none
                    """)
    void muscle_groups_that_were_widened_to_text_are_read_where_they_are_a_list(String text, String expected) {
        database.execute("alter table hevy_raw.exercise_templates alter secondary_muscle_groups type varchar");
        workout("w", "2026-05-10 08:00:00+00", "2026-05-10 09:00:00+00");
        exercise("e", "w", "'t'", "'Squat'");
        template("t", "weight_reps", "'quadriceps'", text == null ? "null" : SqlText.literal(text));
        set("work", "e", "100.0 as weight_kg, 5 as reps");
        database.buildModels(project);

        assertThat(database.row("select string_agg(muscle_group, ', ' order by muscle_group) "
                        + "from main_marts.weekly_muscle_volume where secondary_sets > 0"))
                .containsExactly(expected);
        assertSound();
    }

    @Test
    void hostile_text_is_data_in_every_mart() {
        String hostile = "'; drop table hevy_raw.workouts; -- {{ 1 }} ${x} \"q\" \uD83D\uDE05";
        String literal = SqlText.literal(hostile);
        workout("w", "2026-05-10 08:00:00+00", "2026-05-10 09:00:00+00");
        database.execute("update hevy_raw.workouts set id = " + literal + ", title = " + literal);
        exercise("e", "w", literal, literal);
        database.execute("insert into hevy_raw.exercise_templates by name select " + literal + " as id, " + literal
                + " as type, " + literal + " as primary_muscle_group, [" + literal + "] as secondary_muscle_groups, "
                + "'_t' as _dlt_id");
        set("s", "e", literal + " as type, 100.0 as weight_kg, 5 as reps");
        database.buildModels(project);

        assertThat(database.row("select exercise_template_id, exercise_name, exercise_type "
                        + "from main_marts.exercise_progress"))
                .containsExactly(hostile, hostile, hostile);
        assertThat(database.rows("select distinct exercise_template_id, workout_id from main_marts.personal_records"))
                .containsExactly(List.of(hostile, hostile));
        assertThat(database.rows(
                        "select muscle_group, primary_sets, secondary_sets " + "from main_marts.weekly_muscle_volume"))
                .containsExactly(List.of(hostile, "1", "0"));
        assertThat(database.row("select workout_id, workout_title from main_marts.workout_summary"))
                .containsExactly(hostile, hostile);
        assertSound();
    }

    @Test
    void a_mart_that_lost_or_doubled_something_fails_a_test() {
        oneWorkout();
        workout("later", "2026-05-12 08:00:00+00", "2026-05-12 09:00:00+00");
        exercise("e2", "later", "'t'", "'Squat'");
        set("more", "e2", "110.0 as weight_kg, 5 as reps");
        database.buildModels(project);
        assertSound();

        database.execute("insert into main_marts.weekly_muscle_volume from main_marts.weekly_muscle_volume");
        database.execute("update main_marts.exercise_progress set hard_sets = 0 where best_set_id = 'more'");
        database.execute("delete from main_marts.training_calendar where workout_date = date '2026-05-10'");
        database.execute("insert into main_marts.workout_summary from main_marts.workout_summary limit 1");

        assertThat(database.failures(project, "marts_have_one_row_per_grain")).isEqualTo(4);
        assertThat(database.failures(project, "every_hard_set_is_in_each_mart_once"))
                .isEqualTo(4);
        assertThat(database.failures(project, "unique_workout_summary_workout_id"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    previous_value = value
                    previous_achieved_on = date '2026-06-01'
                    previous_achieved_on = null
                    record_type = 'least_assistance'
                    """)
    void a_record_that_beats_nothing_fails_a_test(String mistake) {
        oneWorkout();
        workout("later", "2026-05-12 08:00:00+00", "2026-05-12 09:00:00+00");
        exercise("e2", "later", "'t'", "'Squat'");
        set("more", "e2", "110.0 as weight_kg, 5 as reps");
        database.buildModels(project);

        database.execute("update main_marts.personal_records set " + mistake
                + " where record_type = 'heaviest_weight' and previous_value is not null");

        assertThat(database.failures(project, "every_record_beats_the_one_before"))
                .isEqualTo(1);
    }

    @Test
    void a_beaten_record_that_stands_fails_a_test() {
        oneWorkout();
        workout("later", "2026-05-12 08:00:00+00", "2026-05-12 09:00:00+00");
        exercise("e2", "later", "'t'", "'Squat'");
        set("more", "e2", "110.0 as weight_kg, 5 as reps");
        database.buildModels(project);

        database.execute("update main_marts.personal_records set is_current = true "
                + "where record_type = 'heaviest_weight' and previous_value is null");

        assertThat(database.failures(project, "every_record_beats_the_one_before"))
                .isEqualTo(1);
    }
}
