package io.github.hevypipeline.lake.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.hevypipeline.failure.ConfigError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema files against what else is said of the raw tables, and what happens to a bad one. */
class SchemasTest {
    private static final Path SCHEMAS = Path.of("schemas");
    private static final List<String> DEFAULT = List.of("workouts", "exercise_templates", "routines");

    @TempDir
    Path folder;

    @Test
    void the_schema_files_and_the_dbt_sources_name_the_same_columns_and_types() throws IOException {
        JsonNode sources = new YAMLMapper().readTree(Files.newInputStream(Path.of("transform/models/sources.yml")));
        Map<String, Map<String, String>> inSources = new TreeMap<>();
        for (JsonNode source : sources.get("sources")) {
            for (JsonNode table : source.get("tables")) {
                Map<String, String> columns = new LinkedHashMap<>();
                table.get("columns")
                        .forEach(column -> columns.put(
                                column.get("name").asText(),
                                column.get("data_type").asText()));
                inSources.put(table.get("name").asText(), columns);
            }
        }
        Map<String, Map<String, String>> inSchemas = new TreeMap<>();
        DatasetSchema.read(SCHEMAS).tables().forEach((name, table) -> {
            Map<String, String> columns = new LinkedHashMap<>();
            table.columns().forEach(column -> columns.put(column.name(), dbtType(column.type())));
            inSchemas.put(name, columns);
        });

        assertThat(inSources).isEqualTo(inSchemas);
    }

    private static String dbtType(ColumnType type) {
        return switch (type) {
            case TIMESTAMP -> "timestamp with time zone";
            case VARCHAR_LIST -> "varchar[]";
            default -> type.sqlName();
        };
    }

    @Test
    void every_resource_has_a_table_with_its_key_and_its_partition() {
        DatasetSchema schema = DatasetSchema.read(SCHEMAS);
        ResourceCatalog catalog = ResourceCatalog.read(SCHEMAS);

        for (Resource resource : catalog.select(String.join(",", catalog.names()))) {
            TableSchema table = schema.table(resource.name());
            assertThat(table.ordinal(resource.primaryKey())).as(resource.name()).isNotNegative();
            assertThat(resource.isPaged())
                    .as("%s is a list of pages or one object", resource.name())
                    .isEqualTo(resource.listKey() != null)
                    .isEqualTo(resource.pageSize() > 0);
            assertThat(resource.optional())
                    .as("%s, which no default names, is optional", resource.name())
                    .isEqualTo(!DEFAULT.contains(resource.name()));
            if (resource.partitionByYearOf() != null) {
                assertThat(table.column(table.ordinal(resource.partitionByYearOf()))
                                .type())
                        .isEqualTo(ColumnType.TIMESTAMP);
            }
        }
    }

    @Test
    void every_table_and_column_says_what_it_is() {
        DatasetSchema.read(SCHEMAS).tables().values().forEach(table -> {
            assertThat(table.avro().getDoc()).as(table.table()).isNotBlank();
            assertThat(table.columns())
                    .allSatisfy(
                            column -> assertThat(column.doc()).as(column.name()).isNotBlank());
        });
    }

    @Test
    void a_schema_file_that_is_none_is_named() throws IOException {
        Files.writeString(folder.resolve("workouts.avsc"), "{\"type\":\"record\"");
        assertThatThrownBy(() -> DatasetSchema.read(folder))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("workouts.avsc");

        Files.writeString(folder.resolve("workouts.avsc"), """
                {"type":"record","name":"workouts","fields":[{"name":"n","type":["null","int"],"default":null}]}""");
        assertThatThrownBy(() -> DatasetSchema.read(folder))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("workouts.avsc");
    }

    @Test
    void a_selection_of_resources_keeps_the_order_of_the_catalog_and_refuses_what_it_does_not_know() {
        ResourceCatalog catalog = ResourceCatalog.read(SCHEMAS);

        assertThat(catalog.select(" routines , workouts ,").stream().map(Resource::name))
                .containsExactly("workouts", "routines");
        assertThatThrownBy(() -> catalog.select("workouts,gyms"))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("gyms");
        assertThatThrownBy(() -> catalog.select(" ,")).isInstanceOf(ConfigError.class);
    }
}
