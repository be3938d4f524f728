package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.hevypipeline.dbt.ProjectError;
import java.util.ArrayList;
import java.util.List;

/** A parsed yml file. Immutable, unless its tree is changed. */
record YamlFile(String path, JsonNode root) {
    private static final ObjectMapper MAPPER =
            new ObjectMapper(new YAMLFactory()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    /** Throws a ConfigError with file and line if the text is no valid YAML. */
    static YamlFile parse(ProjectFile file) {
        try {
            JsonNode root = MAPPER.readTree(file.text());
            return new YamlFile(file.path(), root == null ? MissingNode.getInstance() : root);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            String problem = e.getOriginalMessage().lines().findFirst().orElse("unknown");
            throw ProjectError.in(file.path(), line, "it is not valid YAML: " + problem + ".", e);
        }
    }

    /** The list under {@code key}; empty if there is none, a ConfigError if it is something else. */
    List<JsonNode> list(JsonNode parent, String key) {
        JsonNode value = parent.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw ProjectError.in(path, key + " is not a list.");
        }
        List<JsonNode> items = new ArrayList<>();
        value.forEach(items::add);
        return items;
    }

    /** The description of what {@code described} declares; empty if it has none. */
    String description(JsonNode described) {
        return described.path("description").asText("").strip();
    }

    /** The text under {@code key}; a ConfigError if it is missing. */
    String text(JsonNode parent, String key, String owner) {
        JsonNode value = parent.path(key);
        if (!value.isValueNode() || value.isNull()) {
            throw ProjectError.in(path, owner + " has no " + key + ".");
        }
        return value.asText();
    }
}
