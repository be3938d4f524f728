package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run with a selection builds only the selected nodes; a later run builds the rest. */
class SelectedRunsTest {
    private static final String MARTS =
            "select table_name from information_schema.tables where table_schema = 'main_marts' order by 1";
    private static final String WORKOUTS = "select count(*) from main_marts.workout_summary";

    @TempDir
    Path folder;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(4, 40, LocalDate.of(2026, 5, 1)));
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Test
    void only_the_selected_mart_is_built_and_published_and_no_report() throws IOException {
        assertThat(installation.with("PIPELINE_SELECT", "+daily_exercises").run())
                .isEqualTo(ExitCode.DONE);

        assertThat(Sql.query(installation.warehouse(), MARTS)).containsExactly(List.of("daily_exercises"));
        assertThat(published()).containsExactly("daily_exercises");
        assertThat(folder.resolve("report.html")).doesNotExist();
        assertThat(Sql.value(
                        installation.warehouse(),
                        "select count(*) from main_pipeline.data_tests where name = 'unique_daily_exercises_set_id'"))
                .isEqualTo("1");
    }

    @Tag("slow")
    @Test
    void what_is_built_is_described_and_what_stays_keeps_its_description() throws Exception {
        installation.with("PIPELINE_SELECT", "+training_calendar").run();
        try (Connection person = DriverManager.getConnection("jdbc:duckdb:" + installation.warehouse());
                Statement statement = person.createStatement()) {
            statement.execute("comment on table main_marts.training_calendar is 'of an earlier build'");
            statement.execute("drop table main_marts.personal_records");
            statement.execute("create view main_marts.personal_records as select 1 as reps");
        }

        assertThat(installation.with("PIPELINE_SELECT", "+daily_exercises").run())
                .isEqualTo(ExitCode.DONE);

        assertThat(Sql.query(
                        installation.warehouse(),
                        "select comment[:25] from duckdb_tables() where table_name in"
                                + " ('daily_exercises', 'training_calendar') order by 1"))
                .containsExactly(List.of("One row per performed set"), List.of("of an earlier build"));
        assertThat(Sql.query(
                        installation.warehouse(),
                        "select table_name from duckdb_tables() where schema_name = 'hevy_raw' and comment is null"))
                .isEmpty();
    }

    @Tag("slow")
    @Test
    void the_docs_are_of_all_models_and_count_the_rows_of_those_that_are_there() throws IOException {
        installation
                .with("PIPELINE_SELECT", "+daily_exercises")
                .with("PIPELINE_EXCLUDE", "test_type:generic test_type:singular")
                .run();

        assertThat(installation.run("docs")).isEqualTo(ExitCode.DONE);

        String page = Files.readString(folder.resolve("docs.html"));
        assertThat(page).contains("\"id\":\"main_marts.workout_summary\"", "\"main_marts.daily_exercises\":");
        assertThat(page).doesNotContain("\"main_marts.workout_summary\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run --select +daily_exercises", "--select +daily_exercises", "-s +daily_exercises"})
    @Tag("slow")
    void an_option_wins_over_the_setting_also_where_no_command_is_named(String typed) {
        installation.with("PIPELINE_SELECT", "+training_calendar");

        assertThat(installation.run(typed.split(" "))).isEqualTo(ExitCode.DONE);

        assertThat(Sql.query(installation.warehouse(), MARTS)).containsExactly(List.of("daily_exercises"));
    }

    @Tag("slow")
    @Test
    void what_is_selected_and_up_to_date_is_not_built_again() throws IOException {
        installation.with("PIPELINE_SELECT", "+daily_exercises").run();
        FileTime before = Files.getLastModifiedTime(installation.warehouse());

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(Files.getLastModifiedTime(installation.warehouse())).isEqualTo(before);
        assertThat(folder.resolve("report.html")).doesNotExist();
    }

    @Tag("slow")
    @Test
    void a_part_of_what_is_up_to_date_is_not_built_again() throws IOException {
        installation.run();
        FileTime before = Files.getLastModifiedTime(installation.warehouse());

        assertThat(installation.with("PIPELINE_SELECT", "+daily_exercises").run())
                .isEqualTo(ExitCode.DONE);

        assertThat(Files.getLastModifiedTime(installation.warehouse())).isEqualTo(before);
    }

    @Test
    @Tag("slow")
    void what_is_not_selected_stays_as_it_was_in_the_file_and_on_s3() throws IOException {
        installation.run();
        byte[] summary = Files.readAllBytes(parquet("workout_summary"));
        String report = Files.readString(folder.resolve("report.html"));
        deleteOneWorkout();

        assertThat(installation.with("PIPELINE_SELECT", "+daily_exercises").run())
                .isEqualTo(ExitCode.DONE);

        assertThat(Sql.value(installation.warehouse(), "select count(*) from hevy_raw.workouts"))
                .isEqualTo("39");
        assertThat(Sql.value(
                        installation.warehouse(), "select count(distinct workout_id) from main_marts.daily_exercises"))
                .isEqualTo("39");
        assertThat(Sql.value(installation.warehouse(), WORKOUTS)).isEqualTo("40");
        assertThat(Files.readAllBytes(parquet("workout_summary"))).isEqualTo(summary);
        assertThat(Files.readString(folder.resolve("report.html"))).isEqualTo(report);
        assertThat(Sql.value(
                        installation.warehouse(),
                        "select count(distinct load_id) from main_pipeline.relations where name in"
                                + " ('main_marts.daily_exercises', 'main_marts.workout_summary')"))
                .isEqualTo("2");
    }

    @Test
    @Tag("slow")
    void a_later_run_without_a_selection_builds_what_was_left_out() throws IOException {
        installation.run();
        deleteOneWorkout();
        installation.with("PIPELINE_SELECT", "+daily_exercises").run();

        assertThat(installation.with("PIPELINE_SELECT", "").run()).isEqualTo(ExitCode.DONE);

        assertThat(Sql.value(installation.warehouse(), WORKOUTS)).isEqualTo("39");
        assertThat(Sql.value(installation.warehouse(), "select count(distinct load_id) from main_pipeline.relations"))
                .isEqualTo("1");
    }

    @Tag("slow")
    @Test
    void selections_one_after_another_add_up_to_a_whole_build_with_its_report() {
        installation.with("PIPELINE_SELECT", "+daily_exercises").run();

        assertThat(installation
                        .with("PIPELINE_SELECT", "")
                        .with("PIPELINE_EXCLUDE", "daily_exercises")
                        .run())
                .isEqualTo(ExitCode.DONE);

        assertThat(Sql.query(installation.warehouse(), MARTS)).hasSize(7);
        assertThat(folder.resolve("report.html")).exists();
    }

    @Test
    @Tag("slow")
    void a_mart_that_is_built_from_an_old_parent_is_not_taken_for_current() throws IOException {
        installation.run();
        deleteOneWorkout();
        installation.with("PIPELINE_SELECT", "workout_summary").run();
        FileTime before = Files.getLastModifiedTime(installation.warehouse());

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(Files.getLastModifiedTime(installation.warehouse())).isNotEqualTo(before);
        assertThat(installation.with("PIPELINE_SELECT", "+personal_records").run())
                .isEqualTo(ExitCode.DONE);
        assertThat(installation.with("PIPELINE_SELECT", "+workout_summary").run())
                .isEqualTo(ExitCode.DONE);
        assertThat(Sql.value(installation.warehouse(), WORKOUTS)).isEqualTo("39");
    }

    @Test
    void a_parent_that_is_neither_selected_nor_there_is_an_error() {
        assertThat(installation.with("PIPELINE_SELECT", "daily_exercises").run())
                .isEqualTo(ExitCode.CONFIGURATION);

        assertThat(installation.warehouse()).doesNotExist();
        assertThat(installation.bucket().resolve("transformed")).doesNotExist();
    }

    @Test
    void a_selection_that_means_nothing_is_found_before_anything_is_asked() {
        assertThat(installation.with("PIPELINE_SELECT", "+dayly_exercises").run())
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(installation
                        .with("PIPELINE_SELECT", "test_type:singular,test_type:data")
                        .run())
                .isEqualTo(ExitCode.CONFIGURATION);

        assertThat(installation.hevy().log()).isEmpty();
    }

    @Tag("slow")
    @Test
    void validate_runs_the_selected_tests_on_what_is_there() {
        installation.with("PIPELINE_SELECT", "+daily_exercises").run();

        assertThat(installation.run("validate")).isEqualTo(ExitCode.DONE);
        assertThat(installation.run("validate", "-s", "test_type:unit")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(installation.with("PIPELINE_SELECT", "").run("validate")).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Tag("slow")
    @Test
    void a_run_without_the_mart_that_it_shows_is_done_all_the_same() {
        assertThat(installation.with("PIPELINE_SELECT", "+training_calendar").run())
                .isEqualTo(ExitCode.DONE);
        assertThat(installation.run("report")).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Tag("slow")
    @Test
    void freshness_is_asked_of_what_is_published() {
        assertThat(installation.run("freshness")).isEqualTo(ExitCode.CONFIGURATION);
        installation.run();

        assertThat(installation.run("freshness")).isEqualTo(ExitCode.DONE);
    }

    private void deleteOneWorkout() {
        Account account = installation.account();
        account.delete(account.items(Listing.WORKOUTS)
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText());
    }

    private Path parquet(String mart) {
        return installation.bucket().resolve("transformed/" + mart + "/" + mart + ".parquet");
    }

    private List<String> published() throws IOException {
        try (Stream<Path> folders = Files.list(installation.bucket().resolve("transformed"))) {
            return folders.map(one -> one.getFileName().toString()).sorted().toList();
        }
    }
}
