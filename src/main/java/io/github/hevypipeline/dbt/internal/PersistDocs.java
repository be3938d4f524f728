package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;

/**
 * Which descriptions of a model go into the database: dbt's config {@code persist_docs}. Immutable.
 *
 * @param relation that of the model
 * @param columns those of its columns
 */
public record PersistDocs(boolean relation, boolean columns) {
    private static final String KEY = "persist_docs";

    /** As in dbt the nearest place that has the config replaces it whole. */
    static PersistDocs of(Map<String, JsonNode> folders, JsonNode yaml, Map<String, Object> inFile) {
        JsonNode config = folders.getOrDefault(KEY, MissingNode.getInstance());
        if (yaml.has(KEY)) {
            config = yaml.get(KEY);
        }
        if (inFile.containsKey(KEY)) {
            config = new ObjectMapper().valueToTree(inFile.get(KEY));
        }
        return new PersistDocs(
                config.path("relation").asBoolean(), config.path("columns").asBoolean());
    }
}
