package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Target;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The config of a model, merged as dbt does: its folders, then its yml file, then the model itself. Immutable.
 *
 * @param materialization {@code view}, {@code table}, {@code incremental} or {@code seed}
 * @param schema the schema in full, {@code main_marts}
 * @param published whether {@code meta} says {@code published: true}
 * @param incremental empty lists if it has none
 * @param tags those of its folders, its yml file and its own
 */
record ModelConfig(
        String materialization,
        String schema,
        boolean published,
        Model.PersistDocs persistDocs,
        Incremental incremental,
        Set<String> tags) {
    /** How a seed's file is read. */
    static final Set<String> SEED_ONLY = Set.of("column_types", "delimiter", "quote_columns");

    /** What is supported of dbt's configs for incremental models. */
    private static final Map<String, String> INCREMENTAL =
            Map.of("incremental_strategy", "insert_overwrite", "file_format", "delta");

    private static final String PARTITION_BY = "partition_by";
    private static final String PREDICATES = "incremental_predicates";
    /** Of dbt; here the target says where tables are. */
    private static final String LOCATION_ROOT = "location_root";

    private static final String PERSIST_DOCS = "persist_docs";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** These do not change how a model is built. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("tags", "meta", "docs", "group", "description", PERSIST_DOCS);

    /**
     * How an incremental model is stored and replaced. Immutable.
     *
     * @param partitionBy the columns of its partitions
     * @param predicates conditions on the rows that a build replaces, all of which must hold
     */
    record Incremental(List<String> partitionBy, List<String> predicates) {
        Incremental {
            partitionBy = List.copyOf(partitionBy);
            predicates = List.copyOf(predicates);
        }
    }

    /** The config of a seed, of which {@link #SEED_ONLY} are left out. */
    static ModelConfig ofSeed(String file, Target target, Map<String, JsonNode> folders, JsonNode yaml) {
        Map<String, JsonNode> ofAll = new LinkedHashMap<>(folders);
        yaml.properties().forEach(entry -> ofAll.put(entry.getKey(), entry.getValue()));
        ofAll.keySet().removeAll(SEED_ONLY);
        ModelConfig table = of(file, target, ofAll, MissingNode.getInstance(), Map.of("materialized", "table"));
        return new ModelConfig(
                Model.SEED, table.schema(), table.published(), table.persistDocs(), table.incremental(), table.tags());
    }

    static ModelConfig of(
            String file, Target target, Map<String, JsonNode> folders, JsonNode yaml, Map<String, Object> inFile) {
        Dialect dialect = Dialect.of(target);
        Map<String, String> config = new LinkedHashMap<>();
        folders.forEach((key, value) -> config.put(key, value.asText()));
        yaml.properties()
                .forEach(entry -> config.put(entry.getKey(), entry.getValue().asText()));
        inFile.forEach((key, value) -> config.put(key, String.valueOf(value)));
        String materialization = "view";
        String schema = target.schema();
        for (Map.Entry<String, String> entry : config.entrySet()) {
            String value = entry.getValue();
            if (value.contains("{{")) {
                throw ProjectError.in(
                        file, "the config " + entry.getKey() + " is a template, which only SQL files may be.");
            }
            switch (entry.getKey()) {
                case "materialized" -> materialization = value;
                case "schema" -> schema = target.schema() + "_" + value;
                default -> {
                    boolean isIncremental = dialect.knows(Model.INCREMENTAL)
                            && (Set.of(PARTITION_BY, PREDICATES, LOCATION_ROOT).contains(entry.getKey())
                                    || value.equals(INCREMENTAL.get(entry.getKey())));
                    if (!isIncremental && !WITHOUT_EFFECT.contains(entry.getKey())) {
                        throw ProjectError.in(file, "the config " + entry.getKey() + " is not supported here.");
                    }
                }
            }
        }
        if (materialization.equals(Model.SEED) || !dialect.knows(materialization)) {
            throw ProjectError.in(
                    file, "the materialization " + materialization + " is not supported here, only view and table.");
        }
        Incremental incremental = new Incremental(texts(inFile, PARTITION_BY), texts(inFile, PREDICATES));
        if (materialization.equals(Model.INCREMENTAL)
                && incremental.predicates().isEmpty()) {
            throw ProjectError.in(file, "an incremental model needs the config " + PREDICATES + " here.");
        }
        return new ModelConfig(
                materialization,
                schema,
                isPublished(folders, yaml, inFile),
                persistDocs(folders, yaml, inFile),
                incremental,
                Tags.of(folders.get("tags"), yaml.get("tags"), MAPPER.valueToTree(inFile.get("tags"))));
    }

    /** The texts of a config that has one or a list. */
    private static List<String> texts(Map<String, Object> config, String key) {
        Object value = config.get(key);
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> all
                ? all.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(value));
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
