package io.github.hevypipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.DuckDbHolder;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any table of the DuckDB file can be shown and exported, and standard output gets rows only. */
class ShowTest extends LoadedInstallation {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "daily_exercises",
                "workouts__exercises",
                "hevy_raw.workouts",
                "stg_hevy__workouts",
                "main_marts.daily_exercises"
            })
    void a_model_or_raw_table_is_shown_by_its_name(String name) {
        CapturedOutput shown = show(name, "--limit", "2");

        assertThat(shown.exitCode()).as(shown.err()).isEqualTo(ExitCode.DONE);
        assertThat(shown.out().lines()).hasSize(4);
        assertThat(shown.out().lines().skip(1).findFirst().orElseThrow()).matches("[- ]+");
    }

    @Test
    void the_main_mart_is_shown_unless_another_is_named() {
        assertThat(show().out()).startsWith("workout_date").hasLineCount(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bogus",
                "workouts; drop table x",
                "\"; drop table hevy_raw.workouts; --",
                "{{HEVY_API_KEY}}",
                "${env:HOME}",
                "'"
            })
    void an_unknown_table_ends_with_2_and_lists_the_tables(String name) {
        CapturedOutput refused = show(name, "--format", "csv");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .contains("There is no table " + name, "daily_exercises", "workouts__exercises__sets", "routines")
                .hasLineCount(1);
        assertThat(count("hevy_raw.workouts")).isEqualTo(Integer.toString(WORKOUTS));
    }

    @Test
    void csv_goes_to_standard_output_whole_and_with_nothing_else() throws IOException {
        CapturedOutput shown = show("workouts__exercises__sets", "--format", "csv");

        assertThat(shown.exitCode()).as(shown.err()).isEqualTo(ExitCode.DONE);
        Path csv = Files.writeString(exports.resolve("sets.csv"), shown.out());
        assertEqualRows("read_csv('" + csv + "', all_varchar = true)", "hevy_raw.workouts__exercises__sets");
        assertNothingIsLeft();
    }

    @Test
    void json_is_one_array_of_objects() throws IOException {
        CapturedOutput shown = show("daily_exercises", "--format", "json", "--limit", "5");

        assertThat(shown.exitCode()).as(shown.err()).isEqualTo(ExitCode.DONE);
        JsonNode rows = new ObjectMapper().readTree(shown.out());
        assertThat(rows.isArray()).isTrue();
        assertThat(rows).hasSize(5).allSatisfy(row -> assertThat(
                        row.path("exercise_name").asText())
                .isNotEmpty());
        assertNothingIsLeft();
    }

    @Test
    void parquet_goes_to_a_file_which_is_replaced_whole() throws IOException {
        Path file = Files.writeString(exports.resolve("an 'export'.parquet"), "of yesterday");

        CapturedOutput shown = show("daily_exercises", "--format", "parquet", "--output", file.toString());

        assertThat(shown.exitCode()).as(shown.err()).isEqualTo(ExitCode.DONE);
        assertThat(shown.out()).isEmpty();
        assertEqualRows("read_parquet('" + file.toString().replace("'", "''") + "')", "main_marts.daily_exercises");
        try (Stream<Path> files = Files.list(exports)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void parquet_without_a_file_ends_with_2_and_says_what_is_missing() {
        CapturedOutput refused = show("--format", "parquet");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("--format parquet needs --output FILE.");
    }

    @ParameterizedTest
    @CsvSource({
        "--limit, -1, less than 0",
        "--limit, many, many",
        "--limit, 100001, use --format csv",
        "--format, xml, 'table, csv, json, parquet'"
    })
    void an_option_that_is_wrong_ends_with_2(String option, String value, String said) {
        CapturedOutput refused = show(option, value);

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains(said);
    }

    @Test
    void a_file_that_cannot_be_written_ends_with_2_and_is_named() throws IOException {
        CapturedOutput nowhere = show(
                "--format", "csv", "--output", exports.resolve("not/there.csv").toString());
        CapturedOutput folderThere = show("--format", "csv", "--output", exports.toString());

        assertThat(List.of(nowhere, folderThere)).allSatisfy(refused -> {
            assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(refused.err()).contains(exports.toString(), "Next: Give another --output");
        });
        assertThat(exports).isEmptyDirectory();
    }

    @Test
    void a_table_without_rows_writes_only_a_message_to_standard_error() {
        CapturedOutput shown = show("--limit", "0");

        assertThat(shown.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(shown.out()).isEmpty();
        assertThat(shown.err()).contains("no rows");
    }

    @Test
    void the_database_is_unchanged_and_others_may_read_it_meanwhile() throws Exception {
        FileTime before = Files.getLastModifiedTime(installation.warehouse());
        try (DuckDbHolder reader = DuckDbHolder.reading(installation.warehouse())) {
            assertThat(show("--limit", "1").exitCode()).isEqualTo(ExitCode.DONE);
            assertThat(reader.isAlive()).isTrue();
        }

        assertThat(Files.getLastModifiedTime(installation.warehouse())).isEqualTo(before);
    }

    private static CapturedOutput show(String... arguments) {
        String[] all = Stream.concat(Stream.of("show"), Stream.of(arguments)).toArray(String[]::new);
        return CapturedOutput.of(() -> installation.run(all));
    }

    private static String count(String relation) {
        return Sql.value(installation.warehouse(), "select count(*) from " + relation);
    }

    /** Compares every value as text, in order. */
    private static void assertEqualRows(String exported, String relation) {
        assertThat(count(relation)).isNotEqualTo("0");
        assertThat(Sql.query(installation.warehouse(), "select columns(*)::varchar from " + exported))
                .isEqualTo(Sql.query(installation.warehouse(), "select columns(*)::varchar from " + relation));
    }

    private static void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.matches("hevy-pipeline-.*\\.(csv|json)"));
        }
    }
}
