package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.SelectionProject;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.mart.DataTestResult;
import io.github.hevypipeline.mart.DataTestResults;
import io.github.hevypipeline.mart.FreshnessResults;
import io.github.hevypipeline.mart.SourceFreshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** dbt itself chooses the same nodes, ends data tests the same way, and finds sources as fresh. */
@Tag("dbt")
@Timeout(600)
class DbtSelectionIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PythonEnvironment PYTHON = PythonEnvironment.of("dbt");

    private static final List<String> SELECTIONS = List.of(
            "|",
            "daily|",
            "+daily|",
            "1+daily|",
            "joined+|",
            "joined+1|",
            "0+joined|",
            "+joined+|",
            "2+daily+1|",
            "@stg_events|",
            "@source:raw.people|",
            "source:raw.events+|",
            "source:raw+1|",
            "source:small.raw.*+|",
            "tag:mart|",
            "tag:personal|",
            "tag:slow|",
            "tag:link|",
            "tag:nightly+|",
            "tag:agreement|",
            "path:tests/tests.yml|",
            "path:models/marts|",
            "models/staging|",
            "path:models/*/daily.sql|",
            "path:models/marts/marts.yml|",
            "path:models/**/stg_*|",
            "daily.sql|",
            "file:stg_*|",
            "stg_[!pq]*|",
            "small.marts|",
            "marts.*|",
            "*.daily|",
            "daily monthly|",
            "daily,monthly|",
            "+daily,+monthly|",
            "tag:mart,tag:day joined|",
            "test_type:singular|",
            "test_type:generic|",
            "test_type:unit|",
            "test_name:not_null|",
            "+test_type:singular|",
            "resource_type:model|",
            "unique_daily_id|",
            "not_null*|",
            "+daily|stg_people",
            "|daily+",
            "|test_type:generic source:raw.people+",
            "+daily|+tag:personal");

    private static final List<String> SHIPPED = List.of(
            "|",
            "+daily_exercises|",
            "daily_exercises|",
            "+personal_records+1|",
            "@int_hevy__exercise_types|",
            "path:models/marts|stg_hevy__sets+",
            "source:hevy_raw.workouts+|",
            "marts|",
            "intermediate.*|",
            "stg_hevy__*,test_type:generic|");

    @TempDir
    private Path folder;

    @Test
    void dbt_chooses_the_same_of_a_small_project() throws Exception {
        assertSameChoices(SelectionProject.in(folder.resolve("small")), SELECTIONS);
    }

    @Test
    void dbt_chooses_the_same_of_the_project_that_is_shipped() throws Exception {
        assertSameChoices(Path.of("transform").toAbsolutePath(), SHIPPED);
    }

    private void assertSameChoices(Path project, List<String> selections) throws Exception {
        Path script = Path.of("src/test/dbt/choose.py").toAbsolutePath();
        String output = run(
                String.join("\n", selections) + "\n",
                List.of(PYTHON.program("python"), script.toString(), project.toString(), "transform"));
        List<List<String>> byDbt = output.lines()
                .filter(line -> line.startsWith("chosen:"))
                .map(line -> strings(line.substring("chosen:".length())))
                .toList();

        assertThat(byDbt).as(output).hasSameSizeAs(selections);
        DbtProject ours = DbtProject.load(project, Map.of());
        for (int i = 0; i < selections.size(); i++) {
            String[] parts = selections.get(i).split("\\|", -1);
            assertThat(ours.only(parts[0], parts[1]).selected())
                    .as(selections.get(i))
                    .isEqualTo(byDbt.get(i));
        }
    }

    private static List<String> strings(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    /** The config of a test, its result for three bad rows of five, and whether the rows are stored. */
    private static final Map<String, String> CONFIGS = new LinkedHashMap<>();

    static {
        CONFIGS.put("plain", "{}");
        CONFIGS.put("warns", "{severity: warn}");
        CONFIGS.put("upper_case", "{severity: WARN}");
        CONFIGS.put("error_above", "{error_if: '>3', warn_if: '>2'}");
        CONFIGS.put("both_above", "{error_if: '>3', warn_if: '>3'}");
        CONFIGS.put("error_reached", "{error_if: '>= 3', warn_if: '>3'}");
        CONFIGS.put("severity_first", "{severity: warn, error_if: '>0', warn_if: '>3'}");
        CONFIGS.put("limited", "{limit: 2}");
        CONFIGS.put("limited_below", "{limit: 2, error_if: '>2', warn_if: '>2'}");
        CONFIGS.put("narrowed", "{where: 'id > 5'}");
        CONFIGS.put("narrowed_by_half", "{where: 'id > 3'}");
        // Without store_failures dbt selects the column alone.
        CONFIGS.put("calculated", "{store_failures: true, fail_calc: 'max(id)'}");
        CONFIGS.put("calculated_above", "{store_failures: true, fail_calc: 'max(id)', error_if: '>5', warn_if: '>5'}");
        CONFIGS.put("kept", "{store_failures: true}");
        CONFIGS.put("kept_as_view", "{store_failures_as: view}");
        CONFIGS.put("not_kept", "{store_failures: true, store_failures_as: ephemeral}");
        CONFIGS.put("kept_elsewhere", "{store_failures: true, schema: bad_rows, alias: other_name}");
        CONFIGS.put("kept_in_part", "{store_failures: true, limit: 1, severity: warn}");
    }

    @Test
    void dbt_ends_data_tests_the_same_way_and_keeps_the_same_rows() throws Exception {
        Path project = projectOfConfigs();
        Path byDbt = folder.resolve("dbt.duckdb");
        run("", dbtCommand(project, "run"));
        run("", dbtCommand(project, "test"));

        JsonNode results = JSON.readTree(
                        folder.resolve("target/run_results.json").toFile())
                .path("results");
        Map<String, String> theirs = new TreeMap<>();
        results.forEach(result -> {
            String id = result.path("unique_id").asText();
            if (id.startsWith("test.")) {
                String name = id.split("\\.", -1)[2];
                theirs.put(
                        name,
                        result.path("status").asText() + " "
                                + result.path("failures").asInt());
            }
        });
        Path byUs = folder.resolve("ours.duckdb");

        assertThat(outcomes(project, byUs)).hasSize(CONFIGS.size() + 6).isEqualTo(theirs);
        String kept = "select table_schema, table_name, table_type from information_schema.tables"
                + " where table_name not in ('numbers') order by all";
        assertThat(Sql.query(byUs, kept)).isNotEmpty().isEqualTo(Sql.query(byDbt, kept));
        for (List<String> table : Sql.query(byUs, kept)) {
            String rows = "select count(*) from " + table.get(0) + "." + table.get(1);
            assertThat(Sql.value(byUs, rows)).as(rows).isEqualTo(Sql.value(byDbt, rows));
        }
    }

    private Path projectOfConfigs() throws IOException {
        StringBuilder tests = new StringBuilder();
        CONFIGS.forEach((name, config) -> tests.append("""
                              - not_null:
                                  name: %s
                                  config: %s
                """.formatted(name, config)));
        Path project = folder.resolve("configs");
        Files.createDirectories(project.resolve("models/folder"));
        Files.createDirectories(project.resolve("tests"));
        Files.writeString(project.resolve("dbt_project.yml"), """
                name: configs
                version: "1.0.0"
                config-version: 2
                profile: hevy
                models: {configs: {+materialized: table}}
                data_tests:
                  configs:
                    folder: {+severity: warn, +store_failures: true}
                    unused: {+enabled: false}
                """);
        Files.writeString(
                project.resolve("models/numbers.sql"),
                "select * from (values (1, 1), (2, 2), (3, null), (4, null), (5, null)) as t (id, value)");
        Files.writeString(project.resolve("models/numbers.yml"), """
                version: 2
                data_tests:
                  - {name: said_beside_a_model, config: {severity: warn, store_failures: true}}
                models:
                  - name: numbers
                    columns:
                      - name: value
                        data_tests:
                """ + tests);
        Files.writeString(project.resolve("models/folder/same.sql"), "select * from {{ ref('numbers') }} where id > 4");
        Files.writeString(project.resolve("models/folder/same.yml"), """
                version: 2
                models:
                  - name: same
                    columns:
                      - {name: value, data_tests: [{not_null: {name: by_folder}}]}
                """);
        Files.writeString(
                project.resolve("tests/singular.sql"),
                "{{ config(error_if='>4', fail_calc='sum(id)', store_failures=true) }}\n"
                        + "select * from {{ ref('numbers') }} where value is null -- three");
        Files.writeString(
                project.resolve("tests/disabled.sql"),
                "{{ config(enabled=false) }} select * from {{ ref('numbers') }}");
        Files.writeString(
                project.resolve("tests/expression.sql"), "select 1 as one from {{ ref('numbers') }} where id > 5");
        Files.createDirectories(project.resolve("tests/unused"));
        for (String name : List.of("said_beside_a_model", "said_by_yml", "disabled_by_yml", "unused/enabled_by_yml")) {
            Files.writeString(
                    project.resolve("tests/" + name + ".sql"), "select * from {{ ref('numbers') }} where id > 3");
        }
        Files.writeString(
                project.resolve("tests/nearer_than_yml.sql"),
                "{{ config(error_if='>2') }} select * from {{ ref('numbers') }} where id > 3");
        Files.writeString(project.resolve("tests/tests.yml"), """
                version: 2
                data_tests:
                  - {name: said_by_yml, config: {limit: 1}, description: Said.}
                  - {name: nearer_than_yml, config: {error_if: '>0', schema: bad_rows, store_failures: true}}
                  - {name: disabled_by_yml, config: {enabled: false}}
                  - {name: enabled_by_yml, config: {enabled: true}}
                """);
        return project;
    }

    private static Map<String, String> outcomes(Path project, Path database) throws SQLException {
        DbtProject ours = DbtProject.load(project, Map.of());
        DataTestResults results = new DataTestResults(List.of());
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + database);
                Statement statement = connection.createStatement()) {
            for (SqlStep step : ours.modelSteps()) {
                statement.execute(step.sql());
            }
            for (DataTest test : ours.dataTests()) {
                statement.execute(test.sql());
                try (ResultSet row = statement.getResultSet()) {
                    row.next();
                    Map<String, Object> values = new HashMap<>();
                    for (String column : List.of("failures", "should_warn", "should_error")) {
                        values.put(column, row.getObject(column));
                    }
                    results.add(test, values);
                }
            }
        }
        Map<String, String> outcomes = new TreeMap<>();
        for (DataTestResult result : results.all()) {
            String word = result.verdict() == Verdict.ERROR
                    ? "fail"
                    : result.verdict().name().toLowerCase(Locale.ROOT);
            outcomes.put(result.test().name(), word + " " + result.failures());
        }
        return outcomes;
    }

    @Test
    void dbt_finds_sources_as_fresh() throws Exception {
        Path project = folder.resolve("sources");
        Files.createDirectories(project.resolve("models"));
        Files.writeString(project.resolve("dbt_project.yml"), """
                name: sources
                version: "1.0.0"
                config-version: 2
                profile: hevy
                """);
        Files.writeString(project.resolve("models/sources.yml"), """
                version: 2
                sources:
                  - name: raw
                    config:
                      loaded_at_field: loaded
                      freshness:
                        warn_after: {count: 12, period: hour}
                        error_after: {count: 2, period: day}
                    tables:
                      - name: an_hour_old
                      - name: a_day_old
                      - name: a_week_old
                      - name: empty
                      - name: a_week_old_and_may_be
                        config: {freshness: {error_after: {count: 8, period: day}}}
                      - name: not_asked
                        config: {freshness: null}
                      - name: old_but_for_a_filter
                        config: {freshness: {filter: "id = 1"}}
                      - name: by_a_query
                        config: {loaded_at_query: "select min(loaded) from {{ this }}"}
                      - name: in_minutes
                        config: {freshness: {warn_after: {count: 59, period: minute}, error_after: null}}
                """);
        Path database = folder.resolve("dbt.duckdb");
        Map<String, String> ages = Map.of(
                "an_hour_old", "61 minutes",
                "a_day_old", "1 day",
                "a_week_old", "7 days",
                "a_week_old_and_may_be", "7 days",
                "not_asked", "7 days",
                "old_but_for_a_filter", "3 days",
                "by_a_query", "3 days",
                "in_minutes", "61 minutes",
                "empty", "");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("create schema raw");
            for (Map.Entry<String, String> table : ages.entrySet()) {
                statement.execute(
                        "create table raw." + table.getKey() + " as select id, current_timestamp - to_seconds(id)"
                                + " - interval '" + (table.getValue().isEmpty() ? "1 day" : table.getValue())
                                + "' as loaded from range(1, 3) as t (id) where "
                                + !table.getValue().isEmpty());
            }
        }
        run("", dbtCommand(project, "source", "freshness"));
        JsonNode results =
                JSON.readTree(folder.resolve("target/sources.json").toFile()).path("results");
        Map<String, String> theirs = new TreeMap<>();
        results.forEach(result -> {
            String[] id = result.path("unique_id").asText().split("\\.", -1);
            theirs.put(id[2] + "." + id[3], result.path("status").asText());
        });

        FreshnessResults found = new FreshnessResults();
        for (FreshnessCheck check : DbtProject.load(project, Map.of()).freshnessChecks()) {
            found.add(
                    check,
                    Sql.rows(
                                    "attach '" + database + "' as built (read_only); use built",
                                    "(" + SourceFreshness.step(check).sql() + ")")
                            .get(0));
        }
        Map<String, String> ours = new TreeMap<>();
        found.all()
                .forEach(result ->
                        ours.put(result.source(), result.verdict().name().toLowerCase(Locale.ROOT)));

        assertThat(ours).hasSize(8).isEqualTo(theirs).containsValues("pass", "warn", "error");
    }

    private List<String> dbtCommand(Path project, String... command) {
        List<String> words = new ArrayList<>(List.of(PYTHON.program("dbt")));
        words.addAll(List.of(command));
        words.addAll(List.of("--project-dir", project.toString(), "--profiles-dir", "transform"));
        return words;
    }

    /** Gives what it has written; how it ended is for the caller to see there. */
    private String run(String input, List<String> command) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Path given = Files.writeString(folder.resolve("input.txt"), input);
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(given.toFile())
                .redirectOutput(output.toFile());
        process.environment().clear();
        process.environment()
                .putAll(Map.of(
                        "HOME", folder.toString(),
                        "PATH", System.getenv("PATH"),
                        "DBT_TARGET_PATH", folder.resolve("target").toString(),
                        "DBT_LOG_PATH", folder.resolve("logs").toString(),
                        "DBT_SEND_ANONYMOUS_USAGE_STATS", "false",
                        "DBT_DUCKDB_PATH", folder.resolve("dbt.duckdb").toString()));
        process.start().waitFor();
        return Files.readString(output);
    }
}
