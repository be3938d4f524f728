package io.github.hevypipeline.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.dbt.internal.ProjectSettings;
import io.github.hevypipeline.dbt.internal.Tags;
import io.github.hevypipeline.dbt.internal.YamlFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A unit test as a yml file declares it. Immutable as long as nobody changes its trees.
 *
 * @param given what the model reads instead of its inputs
 * @param expected the rows it should give; only the columns they name are compared
 */
public record UnitTest(
        String name,
        String model,
        String file,
        List<Given> given,
        List<JsonNode> expected,
        Map<String, String> environment,
        Map<String, Object> variables,
        Set<String> tags) {

    /**
     * The stand-in for one input.
     *
     * @param input {@code ref('…')} or {@code source('…', '…')}
     * @param rows the rows as objects; empty when {@code sql} is given
     * @param sql a select that gives the rows; null when {@code rows} are
     */
    public record Given(String input, List<JsonNode> rows, String sql) {}

    public static UnitTest of(YamlFile yaml, JsonNode declaration) {
        String name = yaml.text(declaration, "name", "a unit test");
        JsonNode overrides = declaration.path("overrides");
        if (overrides.has("macros")) {
            throw ProjectError.in(
                    yaml.path(), "the unit test " + name + " overrides macros, which is not supported here.");
        }
        Map<String, String> environment = new LinkedHashMap<>();
        overrides
                .path("env_vars")
                .properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asText()));
        Map<String, Object> variables = new LinkedHashMap<>();
        overrides
                .path("vars")
                .properties()
                .forEach(entry -> variables.put(entry.getKey(), ProjectSettings.plain(entry.getValue())));
        return new UnitTest(
                name,
                yaml.text(declaration, "model", "the unit test " + name),
                yaml.path(),
                yaml.list(declaration, "given").stream()
                        .map(given -> given(yaml, name, given))
                        .toList(),
                rows(yaml, name, declaration.path("expect")),
                environment,
                variables,
                Tags.of(declaration.path("config").get("tags")));
    }

    private static Given given(YamlFile yaml, String name, JsonNode given) {
        String input = yaml.text(given, "input", "a given of the unit test " + name);
        if (given.path("format").asText("dict").equals("sql")) {
            return new Given(input, List.of(), yaml.text(given, "rows", "the unit test " + name));
        }
        return new Given(input, rows(yaml, name, given), null);
    }

    private static List<JsonNode> rows(YamlFile yaml, String name, JsonNode owner) {
        if (!owner.path("format").asText("dict").equals("dict") || owner.has("fixture")) {
            throw ProjectError.in(yaml.path(), "the unit test " + name + " has rows that are not written as a list.");
        }
        return yaml.list(owner, "rows");
    }
}
