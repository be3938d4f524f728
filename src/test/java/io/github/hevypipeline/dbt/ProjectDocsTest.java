package io.github.hevypipeline.dbt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.mart.EmptyBuild;
import io.github.hevypipeline.mart.Project;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a project says of itself, without any data. */
class ProjectDocsTest {
    @TempDir
    Path folder;

    private Project project;

    @BeforeEach
    void project() {
        project = new Project(folder);
    }

    private ProjectDocs docs() {
        return EmptyBuild.docs(DbtProject.load(project.root(), Map.of()));
    }

    @Test
    void a_model_has_its_layer_and_the_types_of_its_columns_whoever_describes_them() {
        project.file("models/marts/a.sql", "select 1 as id, date '2026-05-01' as day")
                .file(
                        "models/marts/a.yml",
                        "models: [{name: a, description: ' One row. ', columns: [{name: id, description: Its id},"
                                + " {name: gone, description: No more}]}]");

        ProjectDocs.Table model = docs().models().get(0);

        assertThat(model.id()).isEqualTo("main.a");
        assertThat(model.layer()).isEqualTo("marts");
        assertThat(model.description()).isEqualTo("One row.");
        assertThat(model.columns())
                .containsExactly(
                        new Column("id", "INTEGER", "Its id"),
                        new Column("day", "DATE", ""),
                        new Column("gone", null, "No more"));
    }

    @Test
    void a_table_is_named_alike_by_what_reads_it_and_what_tests_it() {
        project.file(
                        "models/sources.yml",
                        "sources: [{name: raw, schema: lake, tables: [{name: log,"
                                + " columns: [{name: line, data_type: varchar, data_tests: [not_null]}]}]}]")
                .file("models/a.sql", "select * from {{ source('raw', 'log') }}")
                .file("tests/t.sql", "select * from {{ ref('a') }} where line = ''");

        ProjectDocs docs = docs();

        assertThat(docs.sources()).extracting(ProjectDocs.Table::id).containsExactly("lake.log");
        assertThat(docs.models().get(0).reads()).containsExactly("lake.log");
        assertThat(docs.tests())
                .extracting(ProjectDocs.Test::name, ProjectDocs.Test::reads, ProjectDocs.Test::column)
                .containsExactly(
                        tuple("source_not_null_raw_log_line", List.of("lake.log"), "line"),
                        tuple("t", List.of("main.a"), null));
    }

    @Test
    void a_test_of_two_tables_names_first_the_one_that_it_is_declared_on() {
        project.file("models/a.sql", "select 1 as id")
                .file("models/b.sql", "select 1 as id")
                .file(
                        "models/b.yml",
                        "models: [{name: b, columns: [{name: id, data_tests: [{relationships:"
                                + " {name: known, arguments: {to: ref('a'), field: id}}}]}]}]");

        ProjectDocs.Test known = docs().tests().get(0);

        assertThat(known.kind()).isEqualTo("relationships");
        assertThat(known.reads()).containsExactly("main.b", "main.a");
        assertThat(known.column()).isEqualTo("id");
    }

    @Test
    void of_a_test_there_is_its_select_whether_its_rows_are_kept_or_not_and_nothing_if_it_is_disabled() {
        project.file("models/a.sql", "select 1 as id")
                .file("tests/kept.sql", "{{ config(store_failures=true) }}select * from {{ ref('a') }} where id = 2")
                .file("tests/lost.sql", "{{ config(limit=1) }}select * from {{ ref('a') }} where id = 3")
                .file("tests/off.sql", "{{ config(enabled=false) }}select * from {{ ref('a') }}");

        assertThat(docs().tests())
                .extracting(ProjectDocs.Test::name, ProjectDocs.Test::kind, ProjectDocs.Test::sql)
                .containsExactly(
                        tuple("kept", "", "select * from \"main\".\"a\" where id = 2"),
                        tuple("lost", "", "select * from \"main\".\"a\" where id = 3"));
    }

    @Test
    void a_test_is_described_wherever_a_yml_file_does_so() {
        project.file("models/a.sql", "select 1 as id")
                .file(
                        "models/a.yml",
                        "models: [{name: a, columns: [{name: id, data_tests: [{unique: {description: Once.}}]}]}]")
                .file("tests/said.sql", "select 1 where false")
                .file("tests/silent.sql", "select 1 where false")
                .file("tests/tests.yml", "data_tests: [{name: said, description: ' It never is. '}]");

        assertThat(docs().tests())
                .extracting(ProjectDocs.Test::name, ProjectDocs.Test::description)
                .containsExactly(tuple("unique_a_id", "Once."), tuple("said", "It never is."), tuple("silent", ""));
    }

    @Test
    void a_source_says_how_fresh_it_has_to_be() {
        project.file(
                "models/sources.yml",
                "sources: [{name: raw, config: {loaded_at_field: at, freshness: {error_after: {count: 36, period: hour}}},"
                        + " tables: [{name: log, config: {freshness: {warn_after: {count: 1, period: day}}},"
                        + " columns: [{name: at, data_type: timestamp}]},"
                        + " {name: quiet, config: {freshness: null}, columns: [{name: at, data_type: timestamp}]}]}]");

        assertThat(docs().sources())
                .extracting(ProjectDocs.Table::freshness)
                .containsExactly("a warning after 1 d, an error after 1 d 12 h", null);
    }

    @Test
    void a_selection_leaves_nothing_out() {
        project.file("models/a.sql", "select 1 as id").file("models/b.sql", "select * from {{ ref('a') }}");

        ProjectDocs docs =
                EmptyBuild.docs(DbtProject.load(project.root(), Map.of()).only("b", ""));

        assertThat(docs.models()).extracting(ProjectDocs.Table::name).containsExactly("a", "b");
        assertThat(docs.models().get(1).columns()).containsExactly(new Column("id", "INTEGER", ""));
    }

    @Test
    void a_model_that_duckdb_refuses_is_named_with_its_file() {
        project.file("models/a.sql", "select nothing_of_that_name");

        ConfigError refused = catchThrowableOfType(ConfigError.class, this::docs);

        assertThat(refused).isNotNull().hasMessageContaining("models/a.sql");
    }
}
