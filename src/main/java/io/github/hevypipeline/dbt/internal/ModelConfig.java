package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectError;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The config of a model, merged as dbt does: its folders, then its yml file, then the model itself. Immutable.
 *
 * @param materialization {@code view}, {@code table} or {@code seed}
 * @param schema the schema in full, {@code main_marts}
 * @param published whether {@code meta} says {@code published: true}
 * @param tags those of its folders, its yml file and its own
 */
record ModelConfig(
        String materialization, String schema, boolean published, Model.PersistDocs persistDocs, Set<String> tags) {
    /** How a seed's file is read. */
    static final Set<String> SEED_ONLY = Set.of("column_types", "delimiter", "quote_columns");

    static final String TARGET_SCHEMA = "main";
    private static final String PERSIST_DOCS = "persist_docs";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** These do not change how a model is built. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("tags", "meta", "docs", "group", "description", PERSIST_DOCS);

    /** The config of a seed, of which {@link #SEED_ONLY} are left out. */
    static ModelConfig ofSeed(String file, Map<String, JsonNode> folders, JsonNode yaml) {
        Map<String, JsonNode> ofAll = new LinkedHashMap<>(folders);
        yaml.properties().forEach(entry -> ofAll.put(entry.getKey(), entry.getValue()));
        ofAll.keySet().removeAll(SEED_ONLY);
        ModelConfig table = of(file, ofAll, MissingNode.getInstance(), Map.of("materialized", "table"));
        return new ModelConfig(Model.SEED, table.schema(), table.published(), table.persistDocs(), table.tags());
    }

    static ModelConfig of(String file, Map<String, JsonNode> folders, JsonNode yaml, Map<String, Object> inFile) {
        Map<String, String> config = new LinkedHashMap<>();
        folders.forEach((key, value) -> config.put(key, value.asText()));
        yaml.properties()
                .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
        inFile.forEach((key, value) -> config.put(key, String.valueOf(value)));
        String materialization = "view";
        String schema = TARGET_SCHEMA;
        for (Map.Entry<String, String> entry : config.entrySet()) {
            String value = entry.getValue();
            if (value.contains("{{")) {
                throw ProjectError.in(
                        file, "the config " + entry.getKey() + " is a template, which only SQL files may be.");
            }
            switch (entry.getKey()) {
                case "materialized" -> materialization = value;
                case "schema" -> schema = TARGET_SCHEMA + "_" + value;
                default -> {
                    if (!WITHOUT_EFFECT.contains(entry.getKey())) {
                        throw ProjectError.in(file, "the config " + entry.getKey() + " is not supported here.");
                    }
                }
            }
        }
        if (!Set.of("view", "table").contains(materialization)) {
            throw ProjectError.in(
                    file, "the materialization " + materialization + " is not supported here, only view and table.");
        }
        return new ModelConfig(
                materialization,
                schema,
                isPublished(folders, yaml, inFile),
                persistDocs(folders, yaml, inFile),
                Tags.of(folders.get("tags"), yaml.get("tags"), MAPPER.valueToTree(inFile.get("tags"))));
    }

    /** As in dbt, the nearest place that has this config replaces the others. */
    private static Model.PersistDocs persistDocs(
            Map<String, JsonNode> folders, JsonNode yaml, Map<String, Object> inFile) {
        JsonNode config = folders.getOrDefault(PERSIST_DOCS, MissingNode.getInstance());
        if (yaml.has(PERSIST_DOCS)) {
            config = yaml.get(PERSIST_DOCS);
        }
        if (inFile.containsKey(PERSIST_DOCS)) {
            config = MAPPER.valueToTree(inFile.get(PERSIST_DOCS));
        }
        return new Model.PersistDocs(
                config.path("relation").asBoolean(), config.path("columns").asBoolean());
    }

    private static boolean isPublished(Map<String, JsonNode> folders, JsonNode yaml, Map<String, Object> inFile) {
        boolean inFolders = folders.getOrDefault("meta", MissingNode.getInstance())
                .path("published")
                .asBoolean();
        boolean inYaml = yaml.path("meta").path("published").asBoolean(inFolders);
        if (inFile.get("meta") instanceof Map<?, ?> meta && meta.get("published") instanceof Boolean inSql) {
            return inSql;
        }
        return inYaml;
    }
}
