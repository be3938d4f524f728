package io.github.hevypipeline.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Writes names and values as SQL, so that no character in them can end a literal. Thread-safe. */
public final class SqlText {
    private SqlText() {}

    public static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A value of a yml file: null, a number and a boolean as they are, a list as a list, all else as text. */
    public static String literal(JsonNode value) {
        if (value == null || value.isNull()) {
            return "null";
        }
        if (value.isNumber() || value.isBoolean()) {
            return value.asText();
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(SqlText::literal)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return literal(value.isTextual() ? value.textValue() : value.toString());
    }

    /** A local path for {@code read_parquet}, which would take its {@code *}, {@code ?} and {@code [} for a pattern. */
    public static String pathLiteral(String path) {
        return literal(path.replaceAll("[*?\\[]", "[$0]"));
    }
}
