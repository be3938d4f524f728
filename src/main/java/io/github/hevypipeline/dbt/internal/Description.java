package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a yml file says in words of a model or source table. Immutable.
 *
 * @param text of the whole; empty where nothing is said
 * @param columns the words on each column that is named, in the file's order; empty where nothing is said
 */
public record Description(String text, Map<String, String> columns) {
    static final Description NONE = new Description("", Map.of());

    public Description {
        columns = new LinkedHashMap<>(columns);
    }

    static Description of(YamlFile yaml, JsonNode described) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (JsonNode column : yaml.list(described, "columns")) {
            columns.put(yaml.text(column, "name", "a column"), text(column));
        }
        return new Description(text(described), columns);
    }

    private static String text(JsonNode described) {
        return described.path("description").asText("").strip();
    }
}
