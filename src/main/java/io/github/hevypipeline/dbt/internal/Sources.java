package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The raw tables that the project's yml files declare, in their order. Immutable after the last {@code add}. */
public final class Sources {
    private final Map<String, SourceTable> tables = new LinkedHashMap<>();

    /** Adds the sources of one yml file; the same table twice is a ConfigError. */
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
        if (table.has("identifier")) {
            throw ProjectError.in(
                    yaml.path(), "the table " + name + " has an identifier, which is not supported here.");
        }
        Map<String, String> columns = new LinkedHashMap<>();
        for (JsonNode column : yaml.list(table, "columns")) {
            String columnName = yaml.text(column, "name", "a column of " + name);
            columns.put(columnName, yaml.text(column, "data_type", "the column " + columnName + " of " + name));
        }
        Relation relation = new Relation(schema, name);
        SourceTable declared = new SourceTable(
                source,
                relation,
                columns,
                yaml.path(),
                Description.of(yaml, table),
                Tags.of(
                        owner.get("tags"),
                        owner.path("config").get("tags"),
                        table.get("tags"),
                        table.path("config").get("tags")),
                FreshnessCheck.of(yaml, source + "." + name, owner, table, relation)
                        .orElse(null));
        if (tables.put(source + "." + name, declared) != null) {
            throw ProjectError.in(yaml.path(), "the table " + source + "." + name + " is declared twice.");
        }
    }

    public Optional<SourceTable> find(String source, String table) {
        return Optional.ofNullable(tables.get(source + "." + table));
    }

    public List<SourceTable> all() {
        return List.copyOf(tables.values());
    }

    /** A step for each declared table, then one for each table with files that is not declared. */
    public List<SqlStep> steps(Map<String, List<Path>> filesByTable) {
        Map<String, List<Path>> undeclared = new TreeMap<>(filesByTable);
        List<SqlStep> steps = new ArrayList<>();
        for (SourceTable table : tables.values()) {
            undeclared.remove(table.relation().name());
            steps.add(table.step(filesByTable.getOrDefault(table.relation().name(), List.of())));
        }
        if (tables.isEmpty()) {
            return steps;
        }
        SourceTable first = all().get(0);
        undeclared.forEach((name, files) -> {
            if (!files.isEmpty()) {
                Relation relation = new Relation(first.relation().schema(), name);
                SourceTable table = new SourceTable(
                        first.source(), relation, Map.of(), first.file(), Description.NONE, Set.of(), null);
                steps.add(table.step(files));
            }
        });
        return steps;
    }
}
