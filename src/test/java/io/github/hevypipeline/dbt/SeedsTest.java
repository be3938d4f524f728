package io.github.hevypipeline.dbt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.mart.Database;
import io.github.hevypipeline.mart.Project;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CSV files of {@code seeds/} become tables, as dbt makes them. */
class SeedsTest {
    @TempDir
    private Path folder;

    private Project project;

    @BeforeEach
    void project() {
        project = new Project(folder);
    }

    private DbtProject load() {
        return DbtProject.load(project.root(), Map.of());
    }

    @Test
    void a_seed_is_a_table_that_models_read() {
        project.file("seeds/regions.csv", "id,name\n1,\"North, and\nso on\"\n2,it's\n")
                .file("models/named.sql", "select name from {{ ref('regions') }} where id = 2");

        try (Database database = new Database().build(load())) {
            assertThat(database.rows("select * from main.named")).containsExactly(List.of("it's"));
            assertThat(database.rows("select name from main.regions where id = 1"))
                    .containsExactly(List.of("North, and\nso on"));
        }
    }

    @Test
    void a_column_without_a_type_has_the_narrowest_that_holds_its_values() {
        project.file("seeds/types.csv", """
                        small,big,fraction,day,moment,flag,text,nothing
                        1,5000000000,1.5,2026-05-01,2026-05-01 10:00:00,true,1,
                        ,2,2,2026-05-02,2026-05-01T10:00:01,FALSE,x,null
                        """).file("models/one.sql", "select 1 as n");

        try (Database database = new Database().build(load())) {
            assertThat(database.rows("select column_name, data_type from duckdb_columns() where table_name = 'types'"
                            + " order by column_index"))
                    .containsExactly(
                            List.of("small", "INTEGER"),
                            List.of("big", "BIGINT"),
                            List.of("fraction", "DOUBLE"),
                            List.of("day", "DATE"),
                            List.of("moment", "TIMESTAMP"),
                            List.of("flag", "BOOLEAN"),
                            List.of("text", "VARCHAR"),
                            List.of("nothing", "VARCHAR"));
            assertThat(database.rows("select count(small), count(nothing) from main.types"))
                    .containsExactly(List.of("1", "0"));
        }
    }

    @Test
    void types_and_schema_are_those_of_the_config() {
        project.file("seeds/codes.csv", "code;n\n007;1\n")
                .file("seeds/seeds.yml", """
                        version: 2
                        seeds:
                          - name: codes
                            description: Codes.
                            config:
                              schema: lists
                              delimiter: ";"
                              column_types: {code: varchar}
                            columns:
                              - name: code
                                data_tests: [unique]
                        """)
                .file("models/one.sql", "select 1 as n");
        DbtProject loaded = load();

        try (Database database = new Database().build(loaded)) {
            assertThat(database.rows("select code, n from main_lists.codes")).containsExactly(List.of("007", "1"));
        }
        assertThat(loaded.dataTests()).extracting(DataTest::name).containsExactly("unique_codes_code");
        assertThat(loaded.only("resource_type:seed", "").selected())
                .containsExactly("seed:codes", "test:unique_codes_code");
        assertThat(loaded.only("path:seeds", "").selected()).contains("seed:codes");
    }

    @Test
    void a_seed_is_selected_with_the_models_that_read_it() {
        project.file("seeds/regions.csv", "id\n1\n")
                .file("models/named.sql", "select id from {{ ref('regions') }}")
                .file("models/other.sql", "select 1 as n");

        assertThat(load().only("+named", "").selected()).containsExactly("model:named", "seed:regions");
        assertThat(load().only("regions+", "").selected()).containsExactly("model:named", "seed:regions");
    }

    @Test
    void a_row_of_another_length_is_refused_with_its_number() {
        project.file("seeds/regions.csv", "id,name\n1\n").file("models/one.sql", "select 1 as n");

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigError.class)
                .hasMessageContainingAll("seeds/regions.csv", "row 2", "1 cells", "2");
    }

    @Test
    void a_seed_and_a_model_of_one_name_are_refused() {
        project.file("seeds/one.csv", "id\n1\n").file("models/one.sql", "select 1 as n");

        assertThatThrownBy(this::load).isInstanceOf(ConfigError.class).hasMessageContaining("seeds/one.csv");
    }

    @Test
    void a_seed_in_no_file_is_refused() {
        project.file("seeds/seeds.yml", "seeds: [{name: gone}]").file("models/one.sql", "select 1 as n");

        assertThatThrownBy(this::load).isInstanceOf(ConfigError.class).hasMessageContaining("gone");
    }
}
