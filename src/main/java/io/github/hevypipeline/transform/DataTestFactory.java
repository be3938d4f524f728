package io.github.hevypipeline.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Turns the tests of yml files and of the tests' folder into SQL, as dbt does. Not thread-safe.
 *
 * <p>A test it does not know, and a config that would change what a test means, is a ConfigError naming the file.
 */
final class DataTestFactory {
    static final String AUDIT_SCHEMA = ModelConfig.TARGET_SCHEMA + "_dbt_test__audit";
    private static final Set<String> CONFIG = Set.of("severity", "where", "store_failures", "tags", "meta");
    private static final Set<String> RESERVED =
            Set.of("name", "description", "config", "severity", "where", "arguments");

    private final Function<ProjectFile, Rendered> renderer;

    /** {@code renderer} renders a text of the file that it names. */
    DataTestFactory(Function<ProjectFile, Rendered> renderer) {
        this.renderer = renderer;
    }

    /** A file of the tests' folder, rendered; {@code reads} are the relations it refers to. */
    DataTest singular(ProjectFile file, Rendered rendered, List<String> reads) {
        Map<String, String> config = new LinkedHashMap<>();
        rendered.config().forEach((key, value) -> {
            needSupported(file.path(), key);
            config.put(key, String.valueOf(value));
        });
        return test(
                file.stem(), file.path(), severity(file.path(), config.get("severity")), reads, null, rendered.text());
    }

    /** A test of a yml file: {@code not_null} or {@code {relationships: {…}}}; {@code column} may be null. */
    DataTest generic(String file, JsonNode declaration, Relation relation, String prefix, String column) {
        if (!declaration.isTextual() && !(declaration.isObject() && declaration.size() == 1)) {
            throw ProjectError.in(
                    file, "a test of " + relation.name() + " is neither a name nor one name with arguments.");
        }
        String kind = declaration.isTextual()
                ? declaration.textValue()
                : declaration.fieldNames().next();
        JsonNode body = declaration.isTextual() ? MissingNode.getInstance() : declaration.path(kind);
        Map<String, JsonNode> arguments = arguments(body);
        String tested = column != null
                ? column
                : argument(file, kind, arguments, "column_name").asText();
        JsonNode config = body.path("config");
        config.fieldNames().forEachRemaining(key -> needSupported(file, key));

        String where = config.path("where").asText(body.path("where").asText(null));
        String from = where == null
                ? relation.quoted()
                : "(select * from " + relation.quoted() + " where " + render(file, where) + ")";
        String sql = select(file, kind, arguments, from, SqlText.identifier(tested));
        String name = body.path("name").asText(name(prefix, kind, relation, tested, arguments));
        String severity = config.path("severity").asText(body.path("severity").asText(null));
        return test(name, file, severity(file, severity), List.of(relation.toString()), tested, sql);
    }

    private String select(String file, String kind, Map<String, JsonNode> arguments, String from, String column) {
        return switch (kind) {
            case "not_null" -> "select * from " + from + " as tested where " + column + " is null";
            case "unique" ->
                "select %s as unique_field, count(*) as n_records from %s as tested where %s is not null group by %s having count(*) > 1"
                        .formatted(column, from, column, column);
            case "accepted_values" ->
                "select %s as value_field, count(*) as n_records from %s as tested where %s not in (%s) group by %s"
                        .formatted(
                                column,
                                from,
                                column,
                                values(argument(file, kind, arguments, "values"), arguments),
                                column);
            case "relationships" ->
                ("select child.* from %s as child left join %s as parent on child.%s = parent.%s "
                                + "where child.%s is not null and parent.%s is null")
                        .formatted(
                                from,
                                render(
                                        file,
                                        "{{ "
                                                + argument(file, kind, arguments, "to")
                                                        .asText() + " }}"),
                                column,
                                SqlText.identifier(
                                        argument(file, kind, arguments, "field").asText()),
                                column,
                                SqlText.identifier(
                                        argument(file, kind, arguments, "field").asText()));
            default ->
                throw ProjectError.in(
                        file,
                        "the test " + kind + " is not known here, only not_null, unique, accepted_values, "
                                + "relationships and files of the tests' folder.");
        };
    }

    private static DataTest test(
            String name, String file, Severity severity, List<String> reads, String column, String select) {
        Relation table = new Relation(AUDIT_SCHEMA, name);
        String sql = "create schema if not exists " + SqlText.identifier(AUDIT_SCHEMA)
                + "; create or replace table " + table.quoted() + " as " + select
                + "\n;\nselect count(*) as failures from " + table.quoted();
        return new DataTest(name, file, severity, table.toString(), reads, column, select, sql);
    }

    private static Map<String, JsonNode> arguments(JsonNode body) {
        Map<String, JsonNode> arguments = new LinkedHashMap<>();
        body.properties().forEach(entry -> {
            if (!RESERVED.contains(entry.getKey())) {
                arguments.put(entry.getKey(), entry.getValue());
            }
        });
        body.path("arguments").properties().forEach(entry -> arguments.put(entry.getKey(), entry.getValue()));
        return arguments;
    }

    private static JsonNode argument(String file, String kind, Map<String, JsonNode> arguments, String name) {
        JsonNode value = arguments.get(name);
        if (value == null) {
            throw ProjectError.in(file, "a test " + kind + " has no argument " + name + ".");
        }
        return value;
    }

    private static String values(JsonNode values, Map<String, JsonNode> arguments) {
        JsonNode quote = arguments.get("quote");
        boolean quoted = quote == null || quote.asBoolean(true);
        return StreamSupport.stream(values.spliterator(), false)
                .map(value -> quoted ? SqlText.literal(value.asText()) : value.asText())
                .collect(Collectors.joining(", "));
    }

    /** The name that dbt gives a test without one. */
    private static String name(
            String prefix, String kind, Relation relation, String column, Map<String, JsonNode> arguments) {
        StringBuilder name = new StringBuilder(prefix + kind + "_" + relation.name() + "_" + column);
        arguments.forEach((key, value) -> {
            if (!key.equals("column_name") && !key.equals("quote")) {
                name.append("__").append(words(value));
            }
        });
        return name.toString();
    }

    private static String words(JsonNode value) {
        String text = value.isArray()
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(JsonNode::asText)
                        .collect(Collectors.joining("__"))
                : value.asText();
        return text.replaceAll("[^0-9a-zA-Z_]+", "_");
    }

    private String render(String file, String text) {
        return renderer.apply(new ProjectFile(file, text)).text();
    }

    private static void needSupported(String file, String key) {
        if (!CONFIG.contains(key)) {
            throw ProjectError.in(file, "the config " + key + " of a test is not supported here.");
        }
    }

    private static Severity severity(String file, String text) {
        if (text == null) {
            return Severity.ERROR;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "error" -> Severity.ERROR;
            case "warn" -> Severity.WARN;
            default -> throw ProjectError.in(file, "the severity " + text + " is neither error nor warn.");
        };
    }
}
