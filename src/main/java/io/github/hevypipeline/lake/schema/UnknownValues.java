package io.github.hevypipeline.lake.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The values that came in columns whose values are known, and are none of those.
 *
 * <p>Not thread-safe; it belongs to one flattener. They are kept in the data like any other; this is for telling. It
 * remembers few of a column, so that no data can fill memory or log.
 */
public final class UnknownValues {
    private static final int MAX_VALUES = 10;
    private static final int LONGEST_SHOWN = 40;

    private final Map<String, Set<String>> valuesByColumn = new LinkedHashMap<>();

    /** Notes the unknown values in a fitted value: a text or a list of texts. */
    public void note(String table, Column column, Object value) {
        if (column.knownValues().isEmpty()) {
            return;
        }
        if (value instanceof List<?> list) {
            list.stream().filter(String.class::isInstance).forEach(element -> note(table, column, element));
        } else if (column.isUnknown(value.toString())) {
            Set<String> values =
                    valuesByColumn.computeIfAbsent(table + "." + column.name(), c -> new LinkedHashSet<>());
            // One more than is shown, to know that there are more.
            if (values.size() <= MAX_VALUES) {
                values.add(shown(value.toString()));
            }
        }
    }

    /** One line for each column and value, in the order met. */
    public List<String> descriptions() {
        List<String> lines = new ArrayList<>();
        valuesByColumn.forEach((column, values) -> {
            values.stream().limit(MAX_VALUES).forEach(value -> lines.add(column + " has a new value: " + value));
            if (values.size() > MAX_VALUES) {
                lines.add(column + " has more new values than are told here");
            }
        });
        return lines;
    }

    /** Printable ASCII, cut: the text comes from the API and goes to a terminal. */
    private static String shown(String value) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < value.length() && shown.length() <= LONGEST_SHOWN; i++) {
            char c = value.charAt(i);
            boolean printable = c >= ' ' && c <= '~' && c != '\\';
            shown.append(printable ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
        }
        return shown.length() <= LONGEST_SHOWN ? shown.toString() : shown.substring(0, LONGEST_SHOWN - 3) + "...";
    }
}
