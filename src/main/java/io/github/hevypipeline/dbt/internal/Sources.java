package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.dbt.Column;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the raw tables that yml files declare, in their order. Not thread-safe. */
final class Sources {
    private final Map<String, SourceTable> tables = new LinkedHashMap<>();

    /**
     * Adds the sources of one yml file.
     *
     * @throws io.github.hevypipeline.failure.ConfigError if a table is declared twice
     */
    void add(YamlFile yaml) {
        for (JsonNode source : yaml.list(yaml.root(), "sources")) {
            String name = yaml.text(source, "name", "a source");
            String schema = source.path("schema").asText(name);
            if (schema.contains("{{")) {
                throw ProjectError.in(
                        yaml.path(), "the schema of " + name + " is a template, which only SQL files may be.");
            }
            for (JsonNode table : yaml.list(source, "tables")) {
                add(yaml, source, schema, table);
            }
        }
    }

    private void add(YamlFile yaml, JsonNode owner, String schema, JsonNode table) {
        String source = owner.path("name").asText();
        String name = yaml.text(table, "name", "a table of the source " + source);
        String fullName = source + "." + name;
        if (table.has("identifier")) {
            throw ProjectError.in(
                    yaml.path(), "the table " + name + " has an identifier, which is not supported here.");
        }
        Relation relation = new Relation(schema, name);
        SourceTable declared = new SourceTable(
                source,
                relation,
                columns(yaml, table, name),
                yaml.path(),
                yaml.description(table),
                Tags.of(
                        owner.get("tags"),
                        owner.path("config").get("tags"),
                        table.get("tags"),
                        table.path("config").get("tags")),
                new FreshnessConfig(yaml, fullName, owner, table).check(relation));
        if (tables.put(fullName, declared) != null) {
            throw ProjectError.in(yaml.path(), "the table " + fullName + " is declared twice.");
        }
    }

    private static List<Column> columns(YamlFile yaml, JsonNode table, String name) {
        Map<String, Column> columns = new LinkedHashMap<>();
        for (JsonNode column : yaml.list(table, "columns")) {
            String columnName = yaml.text(column, "name", "a column of " + name);
            String type = yaml.text(column, "data_type", "the column " + columnName + " of " + name);
            columns.put(columnName, new Column(columnName, type, yaml.description(column)));
        }
        return List.copyOf(columns.values());
    }

    Optional<SourceTable> find(String source, String table) {
        return Optional.ofNullable(tables.get(source + "." + table));
    }

    List<SourceTable> all() {
        return List.copyOf(tables.values());
    }
}
