package io.github.hevypipeline.raw;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Gives a JSON field the name of its column: snake_case, letters, digits and underscores only.
 *
 * <p>Not thread-safe; it belongs to one flattener and remembers the few names there are.
 */
final class ColumnNames {
    private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern OTHER = Pattern.compile("[^a-z0-9_]");
    private static final String METADATA_PREFIX = "_dlt_";

    private final Map<String, String> known = new HashMap<>();

    String of(String field) {
        return known.computeIfAbsent(field, ColumnNames::normalized);
    }

    private static String normalized(String field) {
        String snake = WORD_START.matcher(field).replaceAll("_").toLowerCase(Locale.ROOT);
        String name = OTHER.matcher(snake).replaceAll("_");
        boolean needsPrefix = name.isEmpty() || Character.isDigit(name.charAt(0)) || name.startsWith(METADATA_PREFIX);
        return needsPrefix ? "x" + name : name;
    }
}
