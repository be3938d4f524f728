package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataTestsTest {
    private static final Path FILE = Path.of("hevy.duckdb.next");

    @TempDir
    Path folder;

    private int projects;
    private final Database database = new Database();
    private DbtProject project;

    @BeforeEach
    void a_project_with_each_kind_of_test() {
        Project files = new Project(folder)
                .file("dbt_project.yml", """
                        name: small
                        models: {small: {+materialized: table}}
                        data_tests: {small: {+store_failures: true}}
                        """)
                .file("models/parents.sql", "select * from (values ('p1'), ('p2')) as t (id)")
                .file("models/children.sql", """
                        select * from (values
                            (1, 'p1', 'normal'), (1, 'p2', 'it''s'), (2, 'gone', null), (null, null, 'drop')
                        ) as t (id, parent, kind)
                        """)
                .file("models/schema.yml", """
                        models:
                          - name: children
                            data_tests:
                              - unique:
                                  name: unique_by_argument
                                  column_name: id
                            columns:
                              - name: id
                                data_tests:
                                  - not_null
                                  - unique:
                                      config: {where: "parent <> 'p2'"}
                              - name: parent
                                tests:
                                  - relationships:
                                      arguments: {to: ref('parents'), field: id}
                              - name: kind
                                data_tests:
                                  - accepted_values:
                                      values: [normal, "it's"]
                                      config: {severity: warn}
                                  - not_null:
                                      name: legacy_severity
                                      severity: WARN
                        """)
                .file(
                        "tests/no_ones.sql",
                        "{{ config(severity='warn') }}\nselect * from {{ ref('children') }} where id = 1 -- both");
        project = DbtProject.load(files.root(), Map.of());
        database.buildModels(project);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void not_null_returns_the_rows_without_a_value() {
        assertThat(database.failures(project, "not_null_children_id")).isEqualTo(1);
        assertThat(database.row("select kind from main_dbt_test__audit.not_null_children_id"))
                .containsExactly("drop");
    }

    @Test
    void unique_returns_each_value_that_is_there_twice() {
        assertThat(database.failures(project, "unique_by_argument")).isEqualTo(1);
        assertThat(database.row("from main_dbt_test__audit.unique_by_argument")).containsExactly("1", "2");
    }

    @Test
    void a_where_narrows_a_test() {
        assertThat(database.failures(project, "unique_children_id")).isZero();
    }

    @Test
    void relationships_returns_the_rows_without_a_parent_but_not_those_that_name_none() {
        assertThat(database.failures(project, "relationships_children_parent__id__ref_parents_"))
                .isEqualTo(1);
        assertThat(database.row(
                        "select parent from main_dbt_test__audit.relationships_children_parent__id__ref_parents_"))
                .containsExactly("gone");
    }

    @Test
    void accepted_values_returns_each_other_value_and_takes_quotes() {
        assertThat(database.failures(project, "accepted_values_children_kind__normal__it_s"))
                .isEqualTo(1);
        assertThat(database.row("from main_dbt_test__audit.accepted_values_children_kind__normal__it_s"))
                .containsExactly("drop", "1");
    }

    @Test
    void a_file_of_the_tests_folder_is_a_test_and_can_end_in_a_comment() {
        assertThat(database.failures(project, "no_ones")).isEqualTo(2);
    }

    @Test
    void severity_comes_from_config_arguments_and_files() {
        assertThat(project.dataTests())
                .filteredOn(test -> test.severity() == Verdict.WARN)
                .extracting(DataTest::name)
                .containsExactlyInAnyOrder("accepted_values_children_kind__normal__it_s", "legacy_severity", "no_ones");
    }

    @Test
    void a_test_can_be_run_again() {
        assertThat(database.failures(project, "no_ones")).isEqualTo(2);
        assertThat(database.failures(project, "no_ones")).isEqualTo(2);
    }

    @Test
    void a_failure_of_severity_warn_does_not_fail() {
        DataTestResults results = run("no_ones");

        assertThat(results.failure(FILE, "")).isEmpty();
        assertThat(results.with(Verdict.WARN)).hasSize(1);
    }

    @Test
    void the_failure_names_tests_counts_and_where_the_rows_are() {
        DataTestResults results = runAll();

        assertThat(results.failure(FILE, " Nothing was published.")).hasValueSatisfying(failure -> {
            assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_TEST_FAILED);
            assertThat(failure)
                    .hasMessageContaining("3 data tests failed")
                    .hasMessageContaining("not_null_children_id (1 row in main_dbt_test__audit.not_null_children_id)")
                    .hasMessageEndingWith(". Nothing was published.")
                    .hasMessageNotContaining("no_ones");
            assertThat(failure.nextStep())
                    .contains("DBT_DUCKDB_PATH='hevy.duckdb.next'", "show main_dbt_test__audit.unique_by_argument");
        });
    }

    @Test
    void only_the_tables_of_failed_tests_stay() {
        DataTestResults results = runAll();

        database.execute(results.dropEmptyTables(true).sql());

        assertThat(database.rows("select table_name from duckdb_tables() where schema_name = 'main_dbt_test__audit'"))
                .extracting(row -> row.get(0))
                .contains("not_null_children_id", "no_ones")
                .doesNotContain("unique_children_id");
    }

    @Test
    void the_schema_goes_when_every_test_passed() {
        DataTestResults results = run("unique_children_id");

        database.execute(results.dropEmptyTables(true).sql());

        assertThat(database.rows("select * from duckdb_schemas() where schema_name = 'main_dbt_test__audit'"))
                .isEmpty();
    }

    @Test
    void a_test_that_keeps_no_rows_counts_them_and_says_so() {
        use("store_failures: false", "");

        DataTestResults results = run("not_null_numbers_value");

        assertThat(results.all()).extracting(DataTestResult::failures).containsExactly(3L);
        assertThat(database.rows("select * from duckdb_schemas() where schema_name like '%audit'"))
                .isEmpty();
        assertThat(results.failure(FILE, "")).hasValueSatisfying(failure -> {
            assertThat(failure).hasMessageContaining("not_null_numbers_value (3 rows, not kept)");
            assertThat(failure.nextStep()).contains("store_failures: true");
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    severity: warn                                      | WARN  | 3
                    error_if: ">3", warn_if: ">2"                       | WARN  | 3
                    error_if: ">3", warn_if: ">3"                       | PASS  | 0
                    severity: warn, error_if: ">0", warn_if: ">3"       | PASS  | 0
                    error_if: ">= 3", warn_if: ">3"                     | ERROR | 3
                    limit: 2                                            | ERROR | 2
                    where: "id > 3"                                     | ERROR | 2
                    where: "id in (select id from {{ ref('numbers') }})"| ERROR | 3
                    fail_calc: max(id)                                  | ERROR | 5
                    store_failures: true, store_failures_as: ephemeral  | ERROR | 3
                    """)
    void the_config_decides_what_rows_mean(String config, Verdict verdict, long failures) {
        use("severity: error", config);

        DataTestResult result = run("not_null_numbers_value").all().get(0);

        assertThat(result.verdict()).isEqualTo(verdict);
        assertThat(result.failures()).isEqualTo(failures);
    }

    @Test
    void rows_are_kept_where_and_as_the_config_says() {
        use("store_failures_as: view", "schema: bad, alias: nameless");

        DataTestResults results = run("not_null_numbers_value");

        assertThat(database.rows("select id from main_bad.nameless order by 1")).hasSize(3);
        assertThat(database.rows("select view_name from duckdb_views() where schema_name = 'main_bad'"))
                .containsExactly(List.of("nameless"));
        assertThat(results.all().get(0).test().table()).isEqualTo("main_bad.nameless");
    }

    @Test
    void the_nearest_folder_wins_and_the_test_itself_over_it() {
        use("severity: error, numbers: {+severity: warn}", "");
        assertThat(run("not_null_numbers_value").with(Verdict.ERROR)).hasSize(1);

        use("severity: warn", "");
        assertThat(run("not_null_numbers_value").with(Verdict.WARN)).hasSize(1);

        use("severity: warn", "severity: error");
        assertThat(run("not_null_numbers_value").with(Verdict.ERROR)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    severity: fatal           | the severity fatal is neither error nor warn
                    store_failures_as: file   | neither table, view nor ephemeral
                    store_failures: perhaps   | store_failures of a test is neither true nor false
                    limit: many               | is no number of rows
                    sql_header: set x = 1     | the config sql_header of a test is not supported here
                    database: other           | the config database of a test is not supported here
                    warn_if: "{{ var('x') }}" | is a template
                    """)
    void a_config_that_is_wrong_or_not_supported_is_an_error_in_its_file(String config, String problem) {
        assertThatExceptionOfType(ConfigError.class)
                .isThrownBy(() -> use("severity: error", config))
                .withMessageStartingWith("models/numbers.yml")
                .withMessageContaining(problem);
    }

    @Test
    void a_calculation_without_a_value_is_an_error_that_names_the_test() {
        use("severity: error", "fail_calc: sum(id), where: id < 0");

        assertThatExceptionOfType(ConfigError.class)
                .isThrownBy(() -> run("not_null_numbers_value"))
                .withMessageContaining("models/numbers.yml: the test not_null_numbers_value counts nothing");
    }

    /** What {@code dbt_project.yml}, a yml file and the test's file say of a file of the tests' folder, and what it makes. */
    @ParameterizedTest(name = "{0}, {1}, {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    ''              | severity: warn                    | ''                         | WARN  | 3
                    severity: warn  | severity: error                   | ''                         | ERROR | 3
                    ''              | severity: warn                    | severity='error'           | ERROR | 3
                    ''              | error_if: ">3", warn_if: ">3"     | ''                         | PASS  | 0
                    ''              | limit: 2                          | ''                         | ERROR | 2
                    ''              | ''                                | severity='warn'            | WARN  | 3
                    """)
    void a_yml_file_configures_a_file_of_the_tests_folder(
            String ofProject, String ofYaml, String own, Verdict verdict, long failures) {
        singular(ofProject, ofYaml, own);

        DataTestResult result = run("three_rows").all().get(0);

        assertThat(result.verdict()).isEqualTo(verdict);
        assertThat(result.failures()).isEqualTo(failures);
        assertThat(result.test().file()).isEqualTo("tests/three_rows.sql");
    }

    @Test
    void a_yml_file_disables_a_file_of_the_tests_folder_but_enables_none() {
        singular("", "enabled: false", "");
        assertThat(project.dataTests()).isEmpty();

        singular("enabled: false", "enabled: true", "");
        assertThat(project.dataTests()).isEmpty();
    }

    @Test
    void a_wrong_config_of_a_yml_file_names_it_and_the_test() {
        assertThatExceptionOfType(ConfigError.class)
                .isThrownBy(() -> singular("", "severity: fatal", ""))
                .withMessageStartingWith("tests/three_rows.sql and tests/all.yml: the severity fatal");
    }

    /** A project with one file of the tests' folder, which finds three rows. */
    private void singular(String ofProject, String ofYaml, String own) {
        project = DbtProject.load(
                new Project(folder.resolve("singular" + ++projects))
                        .file("dbt_project.yml", "name: small\ndata_tests: {small: {" + ofProject + "}}")
                        .file(
                                "tests/three_rows.sql",
                                "{{ config(" + own + ") }} select * from (values (1), (2), (3)) as t (id)")
                        .file("tests/all.yml", "data_tests: [{name: three_rows, config: {" + ofYaml + "}}]")
                        .root(),
                Map.of());
    }

    /** A project with one test, of three rows without a value, whose ids are 3, 4 and 5. */
    private void use(String ofProject, String ofTest) {
        Path root = folder.resolve("numbers" + ++projects);
        project = DbtProject.load(
                new Project(root)
                        .file(
                                "dbt_project.yml",
                                "name: small\nmodels: {small: {+materialized: table}}\ndata_tests: {small: {"
                                        + ofProject + "}}")
                        .file("models/numbers.sql", """
                                select * from (values (1, 1), (2, 2), (3, null), (4, null), (5, null)) as t (id, value)
                                """)
                        .file("models/numbers.yml", """
                                models:
                                  - name: numbers
                                    columns:
                                      - name: value
                                        data_tests:
                                          - not_null:
                                              config: {%s}
                                """.formatted(ofTest))
                        .root(),
                Map.of());
        database.buildModels(project);
    }

    private DataTestResults runAll() {
        return run(project.dataTests().stream().map(DataTest::name).toArray(String[]::new));
    }

    private DataTestResults run(String... names) {
        DataTestResults results = new DataTestResults(List.of());
        for (String name : names) {
            database.test(project, name, results);
        }
        return results;
    }
}
