package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The supported settings of {@code dbt_project.yml}. Immutable. */
final class ProjectSettings {
    private final YamlFile yaml;
    private final String name;

    ProjectSettings(ProjectFile file) {
        this.yaml = YamlFile.parse(file);
        this.name = yaml.text(yaml.root(), "name", "the project");
    }

    String name() {
        return name;
    }

    List<String> modelPaths() {
        return paths("model-paths", "models");
    }

    List<String> seedPaths() {
        return paths("seed-paths", "seeds");
    }

    List<String> testPaths() {
        return paths("test-paths", "tests");
    }

    List<String> analysisPaths() {
        return paths("analysis-paths", "analyses");
    }

    List<String> macroPaths() {
        return paths("macro-paths", "macros");
    }

    /** The project's variables: the global ones, overridden by those below its own name. */
    Map<String, Object> variables() {
        Map<String, Object> variables = new LinkedHashMap<>();
        JsonNode all = yaml.root().path("vars");
        all.properties().forEach(entry -> {
            if (!entry.getKey().equals(name)) {
                variables.put(entry.getKey(), plain(entry.getValue()));
            }
        });
        all.path(name).properties().forEach(entry -> variables.put(entry.getKey(), plain(entry.getValue())));
        return variables;
    }

    /** The config that its folders give a model, the nearest last; {@code path} is its fully qualified name. */
    Map<String, JsonNode> modelConfig(List<String> path) {
        return config("models", path);
    }

    /** As {@link #modelConfig}, for a seed. */
    Map<String, JsonNode> seedConfig(List<String> path) {
        return config("seeds", path);
    }

    /** As {@link #modelConfig}, for a data test. */
    Map<String, JsonNode> dataTestConfig(List<String> path) {
        Map<String, JsonNode> config = config("tests", path);
        config.putAll(config("data_tests", path));
        return config;
    }

    private Map<String, JsonNode> config(String section, List<String> path) {
        Map<String, JsonNode> config = new LinkedHashMap<>();
        JsonNode level = yaml.root().path(section);
        collect(level, config);
        for (String part : path) {
            level = level.path(part);
            collect(level, config);
        }
        return config;
    }

    private static void collect(JsonNode level, Map<String, JsonNode> config) {
        level.properties().forEach(entry -> {
            boolean isMarked = entry.getKey().startsWith("+");
            String key = isMarked ? entry.getKey().substring(1) : entry.getKey();
            if (key.equals("tags")) {
                config.merge(key, entry.getValue(), Tags::both);
            } else if (isMarked || !entry.getValue().isObject()) {
                config.put(key, entry.getValue());
            }
        });
    }

    private List<String> paths(String key, String otherwise) {
        List<String> paths = yaml.list(yaml.root(), key).stream()
                .map(JsonNode::asText)
                .map(path -> path.replaceAll("/+$", ""))
                .toList();
        return paths.isEmpty() ? List.of(otherwise) : paths;
    }

    /** A value of a yml file as Java object. */
    static Object plain(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isNumber()) {
            return value.numberValue();
        }
        if (value.isArray()) {
            List<Object> items = new ArrayList<>();
            value.forEach(item -> items.add(plain(item)));
            return items;
        }
        if (value.isObject()) {
            Map<String, Object> entries = new LinkedHashMap<>();
            value.properties().forEach(entry -> entries.put(entry.getKey(), plain(entry.getValue())));
            return entries;
        }
        return value.asText();
    }
}
