package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A test that a yml file declares on a model or source table, or on a column of it. Immutable.
 *
 * @param kind {@code not_null}, {@code unique}, {@code accepted_values} or {@code relationships}
 * @param column as SQL
 */
record GenericTest(
        String file, String kind, String column, Map<String, JsonNode> arguments, JsonNode body, Dialect dialect) {
    /** Kinds of which a project may have its own macro, with the arguments after model and column, of which to is a template. */
    private static final Map<String, List<String>> MACRO_ARGUMENTS =
            Map.of("not_null", List.of(), "unique", List.of(), "relationships", List.of("to", "field"));

    private static final Set<String> NOT_ARGUMENTS =
            Set.of("name", "description", "config", "arguments", "column_name");

    /** {@code declaration} is {@code not_null} or {@code {relationships: {…}}}; {@code column} may be null. */
    static GenericTest of(String file, JsonNode declaration, String tested, String column, Dialect dialect) {
        if (!declaration.isTextual() && !(declaration.isObject() && declaration.size() == 1)) {
            throw ProjectError.in(file, "a test of " + tested + " is neither a name nor one name with arguments.");
        }
        String kind = declaration.isTextual()
                ? declaration.textValue()
                : declaration.fieldNames().next();
        JsonNode body = declaration.isTextual() ? MissingNode.getInstance() : declaration.path(kind);
        Map<String, JsonNode> arguments = new LinkedHashMap<>();
        JsonNode expression = body.path("arguments").path("column_name");
        body.properties().forEach(entry -> arguments.put(entry.getKey(), entry.getValue()));
        body.path("arguments").properties().forEach(entry -> arguments.put(entry.getKey(), entry.getValue()));
        arguments.keySet().removeAll(NOT_ARGUMENTS);
        arguments.keySet().removeAll(DataTestConfig.KEYS);
        // As in dbt, the column of a test of a whole table may be an expression.
        String sql = column != null
                ? dialect.identifier(column)
                : body.path("column_name").asText(expression.asText(null));
        if (sql == null) {
            throw ProjectError.in(file, "a test " + kind + " has no argument column_name.");
        }
        return new GenericTest(file, kind, sql, arguments, body, dialect);
    }

    /** Its own config, beside its arguments or below {@code config}. */
    Map<String, JsonNode> config() {
        Map<String, JsonNode> config = new LinkedHashMap<>();
        body.properties().stream()
                .filter(entry -> DataTestConfig.KEYS.contains(entry.getKey()))
                .forEach(entry -> config.put(entry.getKey(), entry.getValue()));
        body.path("config").properties().forEach(entry -> config.put(entry.getKey(), entry.getValue()));
        return config;
    }

    /** Empty if it has none. */
    String description() {
        return body.path("description").asText("").strip();
    }

    /** Its own name, or the one that dbt generates; {@code source} is empty for a model. */
    String name(String source, Relation relation) {
        Map<String, String> words = new TreeMap<>();
        words.put("column_name", words(column.replaceAll("[\"`]", "")));
        arguments.forEach((key, value) -> words.put(key, wordsOf(value)));
        String owner = source.isEmpty() ? kind + "_" : "source_" + kind + "_" + source + "_";
        return body.path("name").asText(owner + relation.name() + "_" + String.join("__", words.values()));
    }

    private static String wordsOf(JsonNode value) {
        return value.isContainerNode()
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(item -> words(item.asText()))
                        .collect(Collectors.joining("__"))
                : words(value.asText());
    }

    private static String words(String text) {
        return text.replaceAll("[^0-9a-zA-Z_]+", "_");
    }

    /**
     * The select that returns the failing rows of {@code from}.
     *
     * @param macro the project's own macro for this kind of test and the target; empty if it has none
     * @param renderer renders a template
     */
    String select(String from, Optional<String> macro, UnaryOperator<String> renderer) {
        if (macro.isPresent() && MACRO_ARGUMENTS.containsKey(kind)) {
            List<String> given = new ArrayList<>(List.of(Jinja.literal(from), Jinja.literal(column)));
            MACRO_ARGUMENTS.get(kind).forEach(name -> {
                String value = argument(name).asText();
                given.add(name.equals("to") ? value : Jinja.literal(value));
            });
            return renderer.apply("{{ " + macro.get() + "(" + String.join(", ", given) + ") }}");
        }
        return switch (kind) {
            case "not_null" -> "select * from " + from + " as tested where " + column + " is null";
            case "unique" ->
                String.format(
                        Locale.ROOT,
                        "select %1$s as unique_field, count(*) as n_records from %2$s as tested where %1$s is not null group by %1$s having count(*) > 1",
                        column,
                        from);
            case "accepted_values" ->
                String.format(
                        Locale.ROOT,
                        "select %1$s as value_field, count(*) as n_records from %2$s as tested where %1$s not in (%3$s) group by %1$s",
                        column,
                        from,
                        values());
            case "relationships" ->
                String.format(
                        Locale.ROOT,
                        ("select child.%1$s as from_field, child.* from %2$s as child left join %3$s as parent"
                                + " on child.%1$s = parent.%4$s where child.%1$s is not null and parent.%4$s is null"),
                        column,
                        from,
                        renderer.apply("{{ " + argument("to").asText() + " }}"),
                        dialect.identifier(argument("field").asText()));
            default ->
                throw ProjectError.in(
                        file,
                        "the test " + kind + " is not known here, only not_null, unique, accepted_values, "
                                + "relationships and files of the tests' folder.");
        };
    }

    private JsonNode argument(String name) {
        JsonNode value = arguments.get(name);
        if (value == null) {
            throw ProjectError.in(file, "a test " + kind + " has no argument " + name + ".");
        }
        return value;
    }

    private String values() {
        JsonNode quote = arguments.get("quote");
        boolean quoted = quote == null || quote.asBoolean(true);
        return StreamSupport.stream(argument("values").spliterator(), false)
                .map(value -> quoted ? dialect.literal(value.asText()) : value.asText())
                .collect(Collectors.joining(", "));
    }
}
