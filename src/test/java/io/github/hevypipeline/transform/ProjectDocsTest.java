package io.github.hevypipeline.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.hevypipeline.failure.ConfigError;
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
        return DbtProject.load(project.root(), Map.of()).docs();
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
                        new ProjectDocs.Column("id", "INTEGER", "Its id"),
                        new ProjectDocs.Column("day", "DATE", ""),
                        new ProjectDocs.Column("gone", null, "No more"));
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
                        tuple("source_raw_not_null_log_line", List.of("lake.log"), "line"),
                        tuple("t", List.of("main.a"), null));
    }

    @Test
    void a_model_that_duckdb_refuses_is_named_with_its_file() {
        project.file("models/a.sql", "select nothing_of_that_name");

        ConfigError refused = catchThrowableOfType(ConfigError.class, this::docs);

        assertThat(refused).isNotNull().hasMessageContaining("models/a.sql");
    }
}
