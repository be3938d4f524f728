package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.UnitTest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the unit tests of a yml file. Immutable. */
record UnitTestReader(YamlFile yaml) {
    List<UnitTest> tests() {
        return yaml.list(yaml.root(), "unit_tests").stream().map(this::test).toList();
    }

    private UnitTest test(JsonNode declaration) {
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
                        .map(given -> given(name, given))
                        .toList(),
                rows(name, declaration.path("expect")),
                environment,
                variables,
                Tags.of(declaration.path("config").get("tags")));
    }

    private UnitTest.Given given(String name, JsonNode given) {
        String input = yaml.text(given, "input", "a given of the unit test " + name);
        if (given.path("format").asText("dict").equals("sql")) {
            return new UnitTest.Given(input, List.of(), yaml.text(given, "rows", "the unit test " + name));
        }
        return new UnitTest.Given(input, rows(name, given), null);
    }

    private List<JsonNode> rows(String name, JsonNode owner) {
        if (!owner.path("format").asText("dict").equals("dict") || owner.has("fixture")) {
            throw ProjectError.in(yaml.path(), "the unit test " + name + " has rows that are not written as a list.");
        }
        return yaml.list(owner, "rows");
    }
}
