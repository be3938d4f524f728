package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.dbt.ProjectError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What yml files declare, below {@code data_tests}, for the files of the tests' folder. Immutable.
 *
 * <p>An entry without a file, a second one for the same file and an unknown key are ConfigErrors that name the yml file.
 */
final class SingularTestProperties {
    private static final Set<String> KEYS = Set.of("name", "description", "config", "meta", "docs");

    private final Map<String, Properties> byName = new LinkedHashMap<>();

    SingularTestProperties(List<YamlFile> yamls, List<ProjectFile> tests) {
        Set<String> names = tests.stream().map(ProjectFile::stem).collect(Collectors.toSet());
        for (YamlFile yaml : yamls) {
            for (JsonNode test : yaml.list(yaml.root(), "data_tests")) {
                String name = yaml.text(test, "name", "an entry of data_tests");
                if (!names.contains(name)) {
                    throw ProjectError.in(yaml.path(), "it describes the test " + name + ", which has no file.");
                }
                if (byName.put(name, read(yaml, name, test)) != null) {
                    throw ProjectError.in(yaml.path(), "the test " + name + " is described twice.");
                }
            }
        }
    }

    /**
     * The declaration for one test.
     *
     * @param file the yml file; empty if none declares it
     */
    record Properties(String file, String description, Map<String, JsonNode> config) {
        static final Properties NONE = new Properties("", "", Map.of());
    }

    Properties of(ProjectFile test) {
        return byName.getOrDefault(test.stem(), Properties.NONE);
    }

    private static Properties read(YamlFile yaml, String name, JsonNode test) {
        Map<String, JsonNode> config = new LinkedHashMap<>();
        if (test.hasNonNull("config") && !test.path("config").isObject()) {
            throw ProjectError.in(yaml.path(), "the config of the test " + name + " has no keys.");
        }
        test.path("config").properties().forEach(entry -> config.put(entry.getKey(), entry.getValue()));
        test.properties().forEach(entry -> {
            if (!KEYS.contains(entry.getKey())) {
                throw ProjectError.in(
                        yaml.path(),
                        entry.getKey() + " of the test " + name + " is not known there; a config stands under config.");
            }
        });
        return new Properties(yaml.path(), test.path("description").asText("").strip(), config);
    }
}
