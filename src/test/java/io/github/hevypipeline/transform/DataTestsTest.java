package io.github.hevypipeline.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.failure.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataTestsTest {
    @TempDir
    Path folder;

    private final Database database = new Database();
    private DbtProject project;

    @BeforeEach
    void a_project_with_each_kind_of_test() {
        Project files = new Project(folder)
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
        assertThat(database.failures(project, "relationships_children_parent__ref_parents___id"))
                .isEqualTo(1);
        assertThat(database.row(
                        "select parent from main_dbt_test__audit.relationships_children_parent__ref_parents___id"))
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
                .filteredOn(test -> test.severity() == Severity.WARN)
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
        DataTestResults results = new DataTestResults();
        results.add(test("no_ones"), 2);

        assertThat(results.anyErrorFailed()).isFalse();
        assertThat(results.failure()).isEmpty();
        assertThat(results.failed(Severity.WARN)).hasSize(1);
    }

    @Test
    void the_failure_names_tests_counts_and_where_the_rows_are() {
        DataTestResults results = runAll();

        assertThat(results.anyErrorFailed()).isTrue();
        assertThat(results.failure()).hasValueSatisfying(failure -> {
            assertThat(failure.exitCode()).isEqualTo(ExitCode.DATA_TEST_FAILED);
            assertThat(failure)
                    .hasMessageContaining("3 data tests failed")
                    .hasMessageContaining("not_null_children_id (1 row in main_dbt_test__audit.not_null_children_id)")
                    .hasMessageNotContaining("no_ones");
        });
    }

    @Test
    void only_the_tables_of_failed_tests_stay() {
        DataTestResults results = runAll();

        database.execute(results.dropEmptyTables().orElseThrow().sql());

        assertThat(database.rows("select table_name from duckdb_tables() where schema_name = 'main_dbt_test__audit'"))
                .extracting(row -> row.get(0))
                .contains("not_null_children_id", "no_ones")
                .doesNotContain("unique_children_id");
    }

    @Test
    void the_schema_goes_when_every_test_passed() {
        DataTestResults results = new DataTestResults();
        results.add(test("unique_children_id"), database.failures(project, "unique_children_id"));

        database.execute(results.dropEmptyTables().orElseThrow().sql());

        assertThat(database.rows("select * from duckdb_schemas() where schema_name = 'main_dbt_test__audit'"))
                .isEmpty();
    }

    private DataTestResults runAll() {
        DataTestResults results = new DataTestResults();
        project.dataTests().forEach(test -> results.add(test, database.failures(project, test.name())));
        return results;
    }

    private DataTest test(String name) {
        List<DataTest> found = project.dataTests().stream()
                .filter(test -> test.name().equals(name))
                .toList();
        return found.get(0);
    }
}
