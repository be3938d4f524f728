package io.github.hevypipeline.dbt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.mart.Database;
import io.github.hevypipeline.mart.Project;
import io.github.hevypipeline.mart.SqlFailure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DbtProjectErrorsTest {
    @TempDir
    Path folder;

    private Project project;

    @BeforeEach
    void project() {
        project = new Project(folder);
    }

    private void assertRefused(String... parts) {
        ConfigError error = catchThrowableOfType(ConfigError.class, () -> DbtProject.load(project.root(), Map.of()));
        assertThat(error).isNotNull().hasMessageContainingAll(parts);
        assertThat(error.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(error.nextStep()).isNotBlank();
    }

    @Test
    @Fault(25)
    void a_cycle_is_shown_with_the_file_and_line_that_closes_it() {
        project.file("models/a.sql", "select *\nfrom {{ ref('b') }}")
                .file("models/b.sql", "select * from {{ ref('a') }}");

        assertRefused("models/b.sql, line 1", "a -> b -> a");
    }

    @Test
    @Fault(39)
    void a_model_named_as_an_expression_would_have_been_evaluated_in_its_object_key() {
        project.file("models/${env:CANARY}.sql", "select 1 as n");

        assertRefused("models/${env:CANARY}.sql", "the name of a model may have letters, digits");
    }

    @Test
    void a_model_that_reads_itself_is_a_cycle() {
        project.file("models/a.sql", "select * from {{ ref('a') }}");

        assertRefused("models/a.sql, line 1", "a -> a");
    }

    @Test
    @Fault(25)
    void an_unknown_ref_names_file_line_and_the_known_models() {
        project.file("models/a.sql", "select *\n\nfrom {{ ref('stg_hevy__workuots') }}")
                .file("models/b.sql", "select 1");

        assertRefused("models/a.sql, line 3", "stg_hevy__workuots", "a, b");
    }

    @Test
    void an_unknown_source_names_file_and_line() {
        project.file("models/a.sql", "select *\nfrom {{ source('hevy_raw', 'nothing') }}");

        assertRefused("models/a.sql, line 2", "hevy_raw", "nothing");
    }

    @Test
    @Fault(25)
    void a_jinja_syntax_error_names_file_and_line() {
        project.file("models/a.sql", "select 1 as n\n{% if true %}\n");

        assertRefused("models/a.sql, line 2");
    }

    @Test
    void a_loop_that_dbt_would_filter_is_not_taken_whole() {
        project.file("models/a.sql", "select\n{% for n in [1, 2] if n > 1 %} {{ n }} as n {% endfor %}");

        assertRefused("models/a.sql, line 2", "an if within a for", "selectattr");
    }

    @Test
    void a_loop_in_a_macro_that_dbt_would_filter_is_not_taken_whole() {
        project.file("macros/m.sql", "{% macro m(all) %}{% for n in all if n %}{{ n }}{% endfor %}{% endmacro %}")
                .file("models/a.sql", "select {{ m([1, 2]) }} as n");

        assertRefused("an if within a for");
    }

    @Test
    void an_expression_that_is_no_jinja_names_file_and_line() {
        project.file("models/a.sql", "select 1 as n\n, {{ ref('a' }}\n");

        assertRefused("models/a.sql, line 2");
    }

    @Test
    void an_unknown_variable_names_file_and_line() {
        project.file("models/a.sql", "select\n{{ nobody_knows }}");

        assertRefused("models/a.sql, line 2", "nobody_knows");
    }

    @Test
    void an_unknown_function_names_file_and_line() {
        project.file("models/a.sql", "select\n{{ dbt_utils_star('x') }}");

        assertRefused("models/a.sql, line 2", "dbt_utils_star");
    }

    @Test
    void a_setting_without_value_and_default_is_named() {
        project.file("models/a.sql", "select\n'{{ env_var('NOT_SET') }}'");

        assertRefused("models/a.sql, line 2", "NOT_SET");
    }

    @Test
    void a_materialization_that_is_not_supported_names_the_file() {
        project.file("models/a.sql", "{{ config(materialized='incremental') }} select 1");

        assertRefused("models/a.sql", "incremental");
    }

    @Test
    void a_config_that_would_change_the_build_is_not_ignored() {
        project.file("models/a.sql", "{{ config(pre_hook='drop table x') }} select 1");

        assertRefused("models/a.sql", "pre_hook");
    }

    @Test
    void a_template_where_none_is_rendered_is_not_taken_as_it_is() {
        project.file("models/a.sql", "select 1")
                .file("models/schema.yml", "models:\n  - name: a\n    config: {schema: \"{{ env_var('X') }}\"}\n");

        assertRefused("models/a.sql", "schema");
    }

    @Test
    void two_models_of_one_name_are_refused() {
        project.file("models/a.sql", "select 1").file("models/more/a.sql", "select 1");

        assertRefused("models/a.sql", "models/more/a.sql");
    }

    @Test
    void a_yml_file_that_is_no_yaml_names_file_and_line() {
        project.file("models/schema.yml", "models:\n  - name: a\n  columns: [\n");

        assertRefused("models/schema.yml, line");
    }

    @Test
    void a_described_model_without_file_is_named() {
        project.file("models/schema.yml", "models:\n  - name: gone\n");

        assertRefused("models/schema.yml", "gone");
    }

    @Test
    void an_unknown_test_is_named() {
        project.file("models/a.sql", "select 1 as n")
                .file(
                        "models/schema.yml",
                        "models:\n  - name: a\n    columns:\n      - name: n\n        data_tests: [positive]\n");

        assertRefused("models/schema.yml", "positive");
    }

    @Test
    void a_yml_file_on_a_test_without_a_file_is_named() {
        project.file("models/a.sql", "select 1 as id")
                .file("models/a.yml", "data_tests: [{name: every_row_is_there, config: {severity: warn}}]");

        assertRefused("models/a.yml", "every_row_is_there", "no file");
    }

    @Test
    void a_test_that_two_yml_files_describe_is_named() {
        project.file("tests/t.sql", "select 1 where false")
                .file("tests/a.yml", "data_tests: [{name: t}]")
                .file("tests/b.yml", "data_tests: [{name: t}]");

        assertRefused("tests/b.yml", "the test t is described twice");
    }

    @Test
    void a_config_of_a_test_that_stands_beside_its_name_is_not_ignored() {
        project.file("tests/t.sql", "select 1 where false")
                .file("tests/a.yml", "data_tests: [{name: t, severity: warn}]");

        assertRefused("tests/a.yml", "severity of the test t", "under config");
    }

    @Test
    void a_config_of_a_test_that_is_only_a_word_is_not_ignored() {
        project.file("tests/t.sql", "select 1 where false")
                .file("tests/a.yml", "data_tests: [{name: t, config: warn}]");

        assertRefused("tests/a.yml", "the config of the test t has no keys");
    }

    @Test
    void a_test_that_relates_to_an_unknown_model_is_named() {
        project.file("models/a.sql", "select 1 as n").file("models/schema.yml", """
                        models:
                          - name: a
                            columns:
                              - name: n
                                tests:
                                  - relationships: {to: ref('gone'), field: n}
                        """);

        assertRefused("models/schema.yml", "gone");
    }

    @Test
    void a_folder_that_is_no_project_is_named() {
        assertThatThrownBy(() -> DbtProject.load(folder.resolve("nowhere"), Map.of()))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("dbt_project.yml");
    }

    @Test
    @Fault(25)
    void an_sql_syntax_error_names_the_models_file_and_line() {
        project.file("models/a.sql", "{{ config(materialized='table') }}\n\nselect 1 as n\nform nowhere\n");

        assertThat(failureOfFirstModel())
                .hasMessageContaining("models/a.sql, line 4")
                .hasMessageContaining("Parser");
    }

    @Test
    void a_column_that_is_not_there_names_the_models_file_and_line() {
        project.file("models/a.sql", "select 1 as n")
                .file("models/b.sql", "select\n    nothing\nfrom {{ ref('a') }}\n");

        assertThat(failureOfFirstModel())
                .hasMessageContaining("models/b.sql, line 2")
                .hasMessageContaining("nothing");
    }

    private PipelineException failureOfFirstModel() {
        DbtProject loaded = DbtProject.load(project.root(), Map.of());
        try (Database database = new Database();
                Connection connection = database.warehouse().getConnection()) {
            for (SqlStep step : loaded.modelSteps()) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(step.sql());
                } catch (SQLException e) {
                    return SqlFailure.of(loaded, step, e);
                }
            }
            throw new AssertionError("every model was built");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Fault(56)
    void a_range_is_whole_or_refused_with_file_and_line_but_never_cut() {
        project.file(
                        "macros/rows.sql",
                        "{% macro rows(n) %}{% for i in range(n) %}union all select {{ i }}\n{% endfor %}{% endmacro %}")
                .file("models/a.sql", "select 0\n{{ rows(3000) }}");

        assertThat(DbtProject.load(project.root(), Map.of()).modelSteps().toString())
                .contains("union all select 1000\n", "union all select 2999\n");

        project.file("models/b.sql", "select\n{{ range(1000001) | length }}");

        assertRefused("models/b.sql, line 2", "range() gives more than 1000000 numbers");
    }

    @Test
    @Fault(56)
    void templates_within_templates_are_rendered_however_deep() {
        StringBuilder deep = new StringBuilder();
        StringBuilder ends = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            deep.append("{% for x").append(i).append(" in [1] %}{% if true %}");
            ends.append("{% endif %}{% endfor %}");
        }
        StringBuilder macros = new StringBuilder("{% macro m0() %}innermost{% endmacro %}\n");
        for (int i = 1; i < 30; i++) {
            macros.append("{% macro m")
                    .append(i)
                    .append("() %}{{ m")
                    .append(i - 1)
                    .append("() }}{% endmacro %}\n");
        }
        project.file("macros/m.sql", macros.toString())
                .file("models/a.sql", deep + "select {{ 40 + 2 }} as answer, '{{ m29() }}' as deepest" + ends);

        assertThat(DbtProject.load(project.root(), Map.of()).modelSteps().toString())
                .contains("select 42 as answer, 'innermost' as deepest");
    }

    @Test
    @Fault(56)
    void a_macro_that_calls_itself_is_an_error_with_file_and_line() {
        project.file("macros/m.sql", "{% macro again(n) %}{{ n }}{{ again(n + 1) }}{% endmacro %}")
                .file("models/a.sql", "select\n{{ again(0) }}");

        assertRefused("models/a.sql, line 2");
    }

    @Test
    @Fault(56)
    void slices_and_long_lists_are_whole_or_an_error() {
        project.file("models/a.sql", "select\n{{ range(5000) | slice(1200) | list | length }} as n");

        try {
            assertThat(DbtProject.load(project.root(), Map.of()).modelSteps().toString())
                    .contains("1200 as n");
        } catch (ConfigError refused) {
            assertThat(refused).hasMessageContaining("models/a.sql, line 2");
        }
    }
}
