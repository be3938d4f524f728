package io.github.hevypipeline.dbt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.lake.schema.TableDocs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The dbt sources are generated from the schemas, so that a new field is one edit. */
class SourcesYmlTest {
    private static final Path FILE = Path.of("transform/models/sources.yml");

    private static final String BY_HAND = """
            sources:
              - name: always
                tables:
                  - name: logs
                    description: Old words.
                    config:
                      # Nobody writes for a week.
                      loaded_at_field: at
                    columns:
                      - name: gone
                        data_type: varchar
                        description: No more.
                        data_tests: [unique]
                      - name: at
                        data_type: varchar
                        description: Old words.
                        data_tests:
                          - not_null
                          - unique

              # Not every lake has these.
              - name: sometimes
                tables:
            """;

    /** {@code make sources} sets the property {@code sources.write} and so updates the file. */
    @Test
    void the_file_is_what_the_schemas_say() throws IOException {
        String current = Files.readString(FILE);
        String generated = SourcesYml.of(Path.of("schemas")).update(current);
        if (Boolean.getBoolean("sources.write")) {
            Files.writeString(FILE, generated);
            current = generated;
        }

        assertThat(current).as(FILE + " is stale; run: make sources").isEqualTo(generated);
    }

    @Test
    void what_no_schema_says_stays_and_a_column_that_is_gone_goes_with_its_tests() {
        SourcesYml sources = new SourcesYml(
                List.of(
                        table(
                                "logs",
                                field("at", "timestamp", "When: in UTC."),
                                field("tags", "list<varchar>", "Tags.")),
                        table("diets", field("id", "bigint", "Its id."))),
                Set.of("diets"));

        String generated = sources.update(BY_HAND);

        assertThat(generated).isEqualTo("""
                sources:
                  - name: always
                    tables:
                      - name: logs
                        description: One row per thing.
                        config:
                          # Nobody writes for a week.
                          loaded_at_field: at
                        columns:
                          - name: at
                            data_type: timestamp with time zone
                            description: "When: in UTC."
                            data_tests:
                              - not_null
                              - unique
                          - name: tags
                            data_type: "varchar[]"
                            description: Tags.

                  # Not every lake has these.
                  - name: sometimes
                    tables:
                      - name: diets
                        description: One row per thing.
                        columns:
                          - name: id
                            data_type: bigint
                            description: Its id.
                """);
        assertThat(sources.update(generated)).isEqualTo(generated);
    }

    private static TableDocs table(String name, TableDocs.Field... columns) {
        return new TableDocs(name, "One row per thing.", name, null, null, null, null, List.of(columns));
    }

    private static TableDocs.Field field(String name, String type, String description) {
        return new TableDocs.Field(name, type, true, description, List.of());
    }
}
