package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.dbt.DbtProject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Descriptions become comments in the database, as dbt's config persist_docs says, whatever is in them. */
class CommentsTest {
    private static final String PERSIST = """
            name: small
            models:
              small:
                +materialized: table
                +persist_docs: {relation: true, columns: true}
            """;
    private static final String HOSTILE =
            "'; drop table main.a; -- \"quoted\" 'single' \\' $$ %s {{ 1 }} ?\r\n\tline two; \u2028 \ud83e\uddb5 \u202e";

    @TempDir
    Path folder;

    private final Database database = new Database();
    private Project project;

    @BeforeEach
    void project() {
        project = new Project(folder).file("models/a.sql", "select 1 as id, 2 as \"we\"\"ird; name\"");
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void build() {
        DbtProject loaded = DbtProject.load(project.root(), Map.of());
        database.build(loaded);
        List<Map<String, Object>> listed = new ArrayList<>();
        for (List<String> row : database.rows(Comments.listing().sql())) {
            Map<String, Object> named = new LinkedHashMap<>();
            named.put("schema_name", row.get(0));
            named.put("table_name", row.get(1));
            named.put("column_name", row.get(2));
            listed.add(named);
        }
        database.execute(Comments.step(loaded, listed).sql());
    }

    private String ofTable(String name) {
        return database.row("select comment from (select table_name, comment from duckdb_tables() union all"
                        + " select view_name, comment from duckdb_views()) where table_name = '" + name + "'")
                .get(0);
    }

    private String ofColumn(String name) {
        return database.row("select comment from duckdb_columns() where table_name = 'a' and column_name = '"
                        + name.replace("'", "''") + "'")
                .get(0);
    }

    private static String yaml(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\r", "\\r")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                        .replace("\u2028", "\\L")
                + '"';
    }

    @Test
    void a_hostile_description_is_a_comment_and_nothing_else() {
        project.file("dbt_project.yml", PERSIST)
                .file(
                        "models/a.yml",
                        "models:\n  - name: a\n    description: " + yaml(HOSTILE) + "\n    columns:\n      - name: id\n"
                                + "        description: " + yaml(HOSTILE) + "\n      - name: " + yaml("we\"ird; name")
                                + "\n        description: odd\n");

        build();

        assertThat(ofTable("a")).isEqualTo(HOSTILE);
        assertThat(ofColumn("id")).isEqualTo(HOSTILE);
        assertThat(ofColumn("we\"ird; name")).isEqualTo("odd");
        assertThat(database.row("select count(*) from main.a")).containsExactly("1");
    }

    @Test
    void a_view_and_its_columns_are_described_too() {
        project.file("dbt_project.yml", PERSIST.replace("table", "view"))
                .file(
                        "models/a.yml",
                        "models: [{name: a, description: A view, columns: [{name: id, description: Its id}]}]");

        build();

        assertThat(ofTable("a")).isEqualTo("A view");
        assertThat(ofColumn("id")).isEqualTo("Its id");
    }

    @Test
    void without_the_config_nothing_of_a_model_is_written() {
        project.file(
                "models/a.yml",
                "models: [{name: a, description: A table, columns: [{name: id, description: Its id}]}]");

        build();

        assertThat(ofTable("a")).isNull();
        assertThat(ofColumn("id")).isNull();
    }

    @Test
    void the_config_nearest_to_the_model_wins_whole() {
        project.file("dbt_project.yml", PERSIST)
                .file(
                        "models/a.yml",
                        "models: [{name: a, description: A table, config: {persist_docs: {columns: true}},"
                                + " columns: [{name: id, description: Its id}]}]");

        build();

        assertThat(ofTable("a")).isNull();
        assertThat(ofColumn("id")).isEqualTo("Its id");
    }

    @Test
    void a_column_that_is_described_and_not_there_is_left_out() {
        project.file("dbt_project.yml", PERSIST)
                .file(
                        "models/a.yml",
                        "models: [{name: a, columns: [{name: gone, description: No more},"
                                + " {name: id, description: Its id}]}]");

        build();

        assertThat(ofColumn("id")).isEqualTo("Its id");
    }

    @Test
    void a_raw_table_is_described_as_its_source() {
        project.file(
                "models/sources.yml",
                "sources: [{name: raw, tables: [{name: log, description: One row per line,"
                        + " columns: [{name: line, data_type: varchar, description: What was said}]}]}]");

        build();

        assertThat(ofTable("log")).isEqualTo("One row per line");
        assertThat(database.row("select comment from duckdb_columns() where table_name = 'log'"))
                .containsExactly("What was said");
    }
}
