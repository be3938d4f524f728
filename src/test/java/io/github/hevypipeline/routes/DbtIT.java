package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * dbt itself makes of the same raw tables the same marts, and passes the same tests.
 *
 * <p>{@code .ci/dbt} makes the Python that it needs.
 */
@Tag("dbt")
@Timeout(600)
class DbtIT {
    private static final PythonEnvironment PYTHON = PythonEnvironment.of("dbt");

    @TempDir
    private static Path folder;

    private static Installation installation;

    @BeforeAll
    static void loadOnce() throws IOException {
        installation = new Installation(folder, account())
                .with("PIPELINE_TIMEZONE", "Australia/Sydney")
                .with(
                        "HEVY_RESOURCES",
                        "workouts,exercise_templates,routines,routine_folders,body_measurements,user_info");
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
    }

    @AfterAll
    static void stop() throws IOException {
        installation.close();
    }

    /** A common account but for a start and a weight that widen their columns, and a template that is gone. */
    private static Account account() {
        Account account = SimulatedAccount.withWorkouts(23, 60, LocalDate.of(2026, 4, 1));
        List<String> ids = account.items(Listing.WORKOUTS)
                .map(workout -> workout.path("id").asText())
                .toList();
        account.edit(ids.get(3), workout -> workout.put("start_time", "yesterday"));
        account.edit(ids.get(5), workout -> ((ObjectNode) workout.at("/exercises/0/sets/0")).put("weight_kg", "NaN"));
        account.edit(ids.get(7), workout -> workout.put("title", "'; drop table x; -- {{ 1 }} \ud83e\uddb5"));
        account.replaceAll(
                Listing.EXERCISE_TEMPLATES,
                account.items(Listing.EXERCISE_TEMPLATES).skip(1).toList());
        List<ObjectNode> measurements = account.items(Listing.BODY_MEASUREMENTS).toList();
        measurements.get(2).put("weight_kg", "heavy");
        account.replaceAll(Listing.BODY_MEASUREMENTS, measurements);
        return account;
    }

    @Test
    void from_a_local_copy_of_the_raw_files_dbt_builds_the_same_marts() throws Exception {
        Map<String, String> location = Map.of("HEVY_RAW_LOCATION", installation.bucket() + "/raw/hevy");
        PYTHON.installHttpfs(folder.resolve("local"));
        dbt("build", "local", location);

        assertSameMarts("local");
        dbt("compile", "local", location);
        assertSameAnalyses("local");

        dbt("source freshness", "local", location);
        assertThat(Files.readString(folder.resolve("local/output.txt")))
                .contains("PASS freshness of hevy_raw.workouts");
        assertThat(installation.run("freshness")).isEqualTo(ExitCode.DONE);
    }

    @Test
    void from_the_bucket_dbt_builds_the_same_marts() throws Exception {
        PYTHON.installHttpfs(folder.resolve("s3"));
        dbt("build", "s3", Map.of());

        assertSameMarts("s3");
    }

    @Test
    void what_was_never_loaded_is_empty_under_dbt_too() throws Exception {
        try (Installation usual = new Installation(folder.resolve("usual"), account())) {
            assertThat(usual.run()).isEqualTo(ExitCode.DONE);
            PYTHON.installHttpfs(folder.resolve("empty"));

            dbt("build", "empty", Map.of("HEVY_RAW_LOCATION", usual.bucket() + "/raw/hevy", "DBT_TARGET", "local"));
        }

        for (String empty : List.of(
                "main_marts.body_weight",
                "main_staging.stg_hevy__body_measurements",
                "main_staging.stg_hevy__routine_folders",
                "main_staging.stg_hevy__user_info")) {
            assertThat(Sql.query(database("empty"), "from " + empty)).as(empty).isEmpty();
        }
        assertThat(Sql.query(database("empty"), "from main_marts.daily_exercises"))
                .isNotEmpty();
    }

    /** With the settings of the pipeline. {@code build} is models, data tests and unit tests. */
    private static void dbt(String command, String target, Map<String, String> more) throws Exception {
        Path home = folder.resolve(target);
        List<String> words = new ArrayList<>(List.of(PYTHON.program("dbt")));
        words.addAll(List.of(command.split(" ")));
        words.addAll(List.of("--project-dir", "transform", "--profiles-dir", "transform"));
        ProcessBuilder dbt = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output.txt").toFile());
        Map<String, String> environment = new HashMap<>(installation.settings());
        environment.putAll(Map.of(
                "HOME", home.toString(),
                "PATH", System.getenv("PATH"),
                "DBT_TARGET", target,
                "DBT_TARGET_PATH", home.resolve("target").toString(),
                "DBT_LOG_PATH", home.resolve("logs").toString(),
                "DBT_SEND_ANONYMOUS_USAGE_STATS", "false",
                "DBT_DUCKDB_PATH", database(target).toString()));
        environment.putAll(more);
        dbt.environment().clear();
        dbt.environment().putAll(environment);

        int exitCode = dbt.start().waitFor();

        assertThat(exitCode).as(Files.readString(home.resolve("output.txt"))).isZero();
    }

    private static Path database(String target) {
        return folder.resolve(target).resolve("dbt.duckdb");
    }

    private static void assertSameMarts(String target) {
        String columns = "select table_name, column_name, data_type from information_schema.columns"
                + " where table_schema = 'main_marts' order by table_name, ordinal_position";
        assertThat(Sql.query(database(target), columns)).isEqualTo(Sql.query(installation.warehouse(), columns));
        String comments = "select table_name, column_name, comment from duckdb_columns()"
                + " where schema_name = 'main_marts' order by table_name, column_index";
        assertThat(Sql.query(database(target), comments)).isEqualTo(Sql.query(installation.warehouse(), comments));
        for (String mart : DbtProject.load(Path.of("transform"), Map.of()).publishedModels()) {
            assertThat(rows(database(target), mart))
                    .as(mart)
                    .isNotEmpty()
                    .isEqualTo(rows(installation.warehouse(), mart));
        }
    }

    /** What the report shows; but the build, which only the pipeline notes, is empty under dbt. */
    private static void assertSameAnalyses(String target) throws IOException {
        Path compiled = folder.resolve(target).resolve("target/compiled/hevy/analyses");
        List<SqlStep> analyses =
                DbtProject.load(Path.of("transform"), installation.settings()).analyses();
        assertThat(analyses).hasSizeGreaterThan(5);
        for (SqlStep analysis : analyses) {
            String sql = Files.readString(compiled.resolve(analysis.name() + ".sql"));
            List<List<String>> built = Sql.query(database(target), sql);
            if (sql.contains("main_pipeline")) {
                assertThat(built.size()).as(analysis.name()).isLessThanOrEqualTo(1);
            } else {
                assertThat(built)
                        .as(analysis.name())
                        .isNotEmpty()
                        .isEqualTo(Sql.query(installation.warehouse(), sql.replace("\"dbt\".", "")));
            }
        }
    }

    private static List<Map<String, Object>> rows(Path database, String mart) {
        return Sql.rows("attach '" + database + "' as built (read_only)", "built.main_marts." + mart);
    }
}
