package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.failure.ConfigError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitTestsTest {
    private static final String YAML = """
            sources:
              - name: raw
                tables:
                  - name: numbers
                    columns:
                      - {name: n, data_type: bigint}
                      - {name: word, data_type: varchar}
            unit_tests:
              - name: doubles
                model: doubled
                %s
                given:
                  - input: source('raw', 'numbers')
                    rows:
                      - {n: 1, word: "it's"}
                      - {n: 2}
                expect:
                  rows:
            %s
            """;

    @TempDir
    Path folder;

    private List<UnitTestResult> run(String overrides, String expected) {
        Project project = new Project(folder)
                .file(
                        "models/doubled.sql",
                        "select n * {{ env_var('FACTOR', '2') }} * {{ var('more', 1) }} as n, word from {{ source('raw', 'numbers') }}")
                .file("models/schema.yml", YAML.formatted(overrides, expected.indent(8)));
        return new UnitTests(DbtProject.load(project.root(), Map.of())).run();
    }

    @Test
    void all_unit_tests_of_the_shipped_project_pass() {
        List<UnitTestResult> results = new UnitTests(DbtProject.load(Project.SHIPPED, Map.of())).run();

        assertThat(results).hasSizeGreaterThanOrEqualTo(17).allSatisfy(result -> assertThat(result.passed())
                .as(result.toString())
                .isTrue());
    }

    @Test
    void rows_in_another_order_and_a_column_nobody_names_do_not_matter() {
        assertThat(run("", "- {n: 4}\n- {n: 2}")).singleElement().satisfies(result -> assertThat(result.passed())
                .isTrue());
    }

    @Test
    void a_column_that_a_given_row_leaves_out_is_null() {
        assertThat(run("", "- {n: 2, word: \"it's\"}\n- {n: 4, word: null}"))
                .singleElement()
                .satisfies(result -> assertThat(result.passed()).isTrue());
    }

    @Test
    void a_wrong_expectation_shows_the_missing_and_the_unexpected_row() {
        UnitTestResult result = run("", "- {n: 2}\n- {n: 5}").get(0);

        assertThat(result.passed()).isFalse();
        assertThat(result.missing()).containsExactly("{'n': 5}");
        assertThat(result.unexpected()).containsExactly("{'n': 4}");
    }

    @Test
    void a_row_given_twice_has_to_be_expected_twice() {
        assertThat(run("", "- {n: 2}\n- {n: 4}\n- {n: 4}").get(0).missing()).containsExactly("{'n': 4}");
    }

    @Test
    void settings_and_variables_can_be_overridden() {
        assertThat(run("overrides: {env_vars: {FACTOR: 10}, vars: {more: 3}}", "- {n: 30}\n- {n: 60}"))
                .singleElement()
                .satisfies(result -> assertThat(result.passed()).isTrue());
    }

    @Test
    void a_row_with_an_unknown_column_names_test_and_file() {
        assertThatThrownBy(() -> run("", "- {m: 2}"))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("models/schema.yml")
                .hasMessageContaining("doubles")
                .hasMessageContaining("m");
    }
}
