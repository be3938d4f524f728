package io.github.hevypipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.routes.Sql;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A query reads the tables of the DuckDB file, and can do nothing else. */
class SqlTest extends LoadedInstallation {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "select count(*) as n from workout_summary",
                "select count(*) as n from main_marts.workout_summary;",
                "select count(*) as n from stg_hevy__workouts",
                "with w as (from hevy_raw.workouts) select count(*) as n from w -- all of them",
                "select count(*) as n from workouts where title <> 'it''s {{HEVY_API_KEY}} ${env:HOME}'"
            })
    void a_table_needs_no_schema_and_the_rows_are_printed(String query) {
        CapturedOutput shown = sql(query);

        assertThat(shown.exitCode()).as(shown.err()).isEqualTo(ExitCode.DONE);
        assertThat(shown.out()).isEqualTo(" n\n--\n" + WORKOUTS + "\n");
        assertThat(shown.err()).isEmpty();
    }

    @Test
    void the_query_is_read_from_standard_input() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream("select 'Größe' as text\n".getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(sql("-").out()).isEqualTo("text\n-----\nGröße\n");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void every_format_of_show_has_the_same_rows() throws IOException {
        String query = "select exercise_name, reps from daily_exercises order by set_id";
        List<List<String>> expected = Sql.query(
                installation.warehouse(), "select exercise_name, reps from main_marts.daily_exercises order by set_id");
        Path csv = exports.resolve("sets.csv");
        Path parquet = exports.resolve("sets.parquet");

        assertThat(sql(query, "--format", "csv", "--output", csv.toString()).exitCode())
                .isEqualTo(ExitCode.DONE);
        assertThat(sql(query, "--format", "parquet", "--output", parquet.toString())
                        .exitCode())
                .isEqualTo(ExitCode.DONE);
        CapturedOutput json = sql(query, "--format", "json");

        assertThat(Sql.query(installation.warehouse(), "from read_csv('" + csv + "')"))
                .isEqualTo(expected);
        assertThat(Sql.query(installation.warehouse(), "from read_parquet('" + parquet + "')"))
                .isEqualTo(expected);
        assertThat(json.exitCode()).as(json.err()).isEqualTo(ExitCode.DONE);
        assertThat(new ObjectMapper().readTree(json.out())).hasSize(expected.size());
    }

    @Test
    void a_table_that_is_cut_says_so() {
        CapturedOutput all = sql("from range(1001)");
        CapturedOutput some = sql("from range(3)", "--limit", "2");
        CapturedOutput fit = sql("from range(2)", "--limit", "2");

        assertThat(all.out()).hasLineCount(2 + 1000);
        assertThat(all.err()).contains("more than these 1000 rows");
        assertThat(some.out()).hasLineCount(2 + 2);
        assertThat(some.err()).contains("more than these 2 rows", "--limit N");
        assertThat(fit.out()).hasLineCount(2 + 2);
        assertThat(fit.err()).isEmpty();
    }

    @Test
    void a_query_without_rows_writes_only_a_message_to_standard_error() {
        CapturedOutput shown = sql("select * from workouts where false");

        assertThat(shown.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(shown.out()).isEmpty();
        assertThat(shown.err()).contains("The query has no rows.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "selec 1 | Parser Error: syntax error at or near \"selec\"",
                "select nope from workouts | Binder Error: Referenced column \"nope\" not found",
                "select nope from workouts | Candidate bindings: ",
                "select 1 from nowhere | Catalog Error: Table with name nowhere does not exist",
                "select 1; select 2 | Expected a single SELECT statement",
                "/* nothing */ | Expected a single SELECT statement",
                "drop table hevy_raw.workouts | Expected a single SELECT statement",
                "create table x as select 1 | Expected a single SELECT statement",
                "insert into hevy_raw.workouts default values | Expected a single SELECT statement",
                "attach 'FOLDER/x.duckdb' | Expected a single SELECT statement",
                "copy (select 1) to 'FOLDER/x.csv' | Expected a single SELECT statement",
                "set threads = 2 | Expected a single SELECT statement",
                "select 1'); drop table hevy_raw.workouts; -- | Parser Error",
                "select 1) to 'FOLDER/x.csv'; -- | Parser Error",
                "select 1\\n) to 'FOLDER/x.csv' (format csv) -- | Parser Error",
                "select * from read_text('FOLDER/secret') | Permission Error: Cannot access file",
                "select * from glob('/*') | Permission Error: Cannot access file",
                "select * from 'FOLDER/secret' | does not exist",
                "select * from read_csv('https://example.org/x.csv') | Error"
            })
    void what_is_no_query_of_the_tables_ends_with_2_and_the_message_of_DuckDB(String query, String message)
            throws IOException {
        Files.writeString(exports.resolve("secret"), "secret");
        String before = Sha256.hexOf(installation.warehouse());
        String typed = query.replace("FOLDER", exports.toString()).replace("\\n", "\n");

        for (String format : List.of("table", "csv")) {
            CapturedOutput refused = sql(typed, "--format", format);

            assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err())
                    .startsWith("The query cannot be run. ")
                    .contains(message, "Next: Correct it")
                    .hasLineCount(1);
        }
        assertThat(exports).isDirectoryNotContaining("glob:**x.*");
        assertThat(Sha256.hexOf(installation.warehouse())).isEqualTo(before);
    }

    @Test
    void a_query_that_exports_reaches_no_file_but_its_own() throws IOException {
        Path other = Files.writeString(exports.resolve("other.csv"), "a\n1\n");

        CapturedOutput refused = sql(
                "from read_csv('" + other + "')",
                "--format",
                "csv",
                "--output",
                exports.resolve("own.csv").toString());

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        try (Stream<Path> files = Files.list(exports)) {
            assertThat(files).containsExactly(other);
        }
    }

    @Test
    void an_empty_query_is_an_error() {
        CapturedOutput refused = sql(" ");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(refused.err()).contains("The query is empty.");
    }

    private static CapturedOutput sql(String... arguments) {
        String[] all = Stream.concat(Stream.of("sql"), Stream.of(arguments)).toArray(String[]::new);
        return CapturedOutput.of(() -> installation.run(all));
    }
}
