package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How old a source may be; {@code DbtSelectionIT} has dbt itself find the same. */
class FreshnessTest {
    private static final String A_DAY = "loaded_at_field: loaded, freshness: {error_after: {count: 1, period: day}}";

    @TempDir
    private Path folder;

    private final Database database = new Database();

    @BeforeEach
    void a_table_that_was_loaded_two_days_ago() {
        database.execute("create schema raw");
        database.execute("create table raw.events as select 1 as id, current_timestamp - interval '2 days' as loaded");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    loaded_at_field: loaded, freshness: {warn_after: {count: 3, period: day}}                 | PASS
                    loaded_at_field: loaded, freshness: {warn_after: {count: 47, period: hour}}               | WARN
                    loaded_at_field: loaded, freshness: {error_after: {count: 2879, period: minute}}          | ERROR
                    loaded_at_query: "select max(loaded) from {{ this }}", freshness: {warn_after: {count: 1, period: day}} | WARN
                    loaded_at_field: loaded, freshness: {warn_after: {count: 9, period: day}, filter: id > 1} | WARN
                    """)
    void the_age_of_the_newest_row_decides(String config, Verdict verdict) {
        assertThat(found(config).all())
                .extracting(FreshnessCheck.Result::verdict)
                .containsExactly(verdict);
    }

    @Test
    void a_source_that_is_too_old_ends_the_run_and_is_named() {
        assertThat(found(A_DAY).failure()).hasValueSatisfying(failure -> {
            assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_TEST_FAILED);
            assertThat(failure).hasMessageContaining("raw.events");
        });
    }

    @Test
    void a_table_without_rows_is_older_than_any_limit() {
        database.execute("delete from raw.events");

        FreshnessCheck.Result result = found(A_DAY).all().get(0);

        assertThat(result.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(result.age()).isNull();
    }

    @Test
    void what_has_no_limit_is_not_asked() {
        assertThat(checks("freshness: null")).isEmpty();
        assertThat(checks("loaded_at_field: loaded")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    freshness: {warn_after: {count: 1, period: day}}                              | needs either
                    loaded_at_field: a, loaded_at_query: b, freshness: {warn_after: {count: 1, period: day}} | needs either
                    loaded_at_field: a, freshness: {warn_after: {count: 1, period: week}}         | has no period
                    loaded_at_field: a, freshness: {error_after: {count: few, period: day}}       | has no count
                    loaded_at_field: "{{ var('a') }}", freshness: {warn_after: {count: 1, period: day}} | has a template
                    """)
    void a_limit_that_is_wrong_is_an_error_in_its_file(String config, String problem) {
        assertThatExceptionOfType(ConfigError.class)
                .isThrownBy(() -> checks(config))
                .withMessageStartingWith("models/sources.yml")
                .withMessageContaining(problem);
    }

    @Test
    void a_field_that_is_not_there_is_an_error_in_its_file_when_a_build_is_noted() throws SQLException {
        DbtProject project = project("loaded_at_field: gone, freshness: {warn_after: {count: 1, period: day}}");
        SqlStep note = new BuildMetadata("1795704009.5", project, new DataTestResults(List.of())).step();

        try (Connection connection = database.warehouse().getConnection();
                Statement statement = connection.createStatement()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> statement.execute(note.sql()))
                    .satisfies(refused -> assertThat(SqlFailure.of(project, note, refused))
                            .isInstanceOf(ConfigError.class)
                            .hasMessageStartingWith("models/sources.yml (build metadata)")
                            .hasMessageContaining("gone"));
        }
    }

    private FreshnessResults found(String config) {
        FreshnessResults results = new FreshnessResults();
        for (FreshnessCheck check : checks(config)) {
            List<String> row = database.row(SourceFreshness.step(check).sql());
            Map<String, Object> answer = new HashMap<>();
            answer.put("loaded_at", row.get(0));
            answer.put("age", row.get(1) == null ? null : Double.valueOf(row.get(1)));
            results.add(check, answer);
        }
        return results;
    }

    private List<FreshnessCheck> checks(String config) {
        return project(config).freshnessChecks();
    }

    private DbtProject project(String config) {
        Project project = new Project(folder)
                .file(
                        "models/sources.yml",
                        "sources: [{name: raw, tables: [{name: events, config: {" + config + "}}]}]");
        return DbtProject.load(project.root(), Map.of());
    }
}
