package io.github.hevypipeline.lake.schema;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Gives a JSON field the name of its column: snake_case, letters, digits and single underscores only.
 *
 * <p>Not thread-safe; it belongs to one flattener and remembers the few names there are. Two underscores never come
 * from a field's own name, because they stand for a step of nesting.
 */
public final class ColumnNames {
    private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern OTHERS = Pattern.compile("[^A-Za-z0-9]+");
    private static final String METADATA_PREFIX = "_dlt_";

    private final Map<String, String> known = new HashMap<>();

    public String of(String field) {
        return known.computeIfAbsent(field, ColumnNames::normalized);
    }

    private static String normalized(String field) {
        String words = WORD_START.matcher(field).replaceAll("_");
        String name = OTHERS.matcher(words).replaceAll("_").toLowerCase(Locale.ROOT);
        boolean reserved = (name + "_").startsWith(METADATA_PREFIX);
        boolean needsPrefix = reserved || name.isEmpty() || Character.isDigit(name.charAt(0));
        return needsPrefix ? "x" + name : name;
    }
}
