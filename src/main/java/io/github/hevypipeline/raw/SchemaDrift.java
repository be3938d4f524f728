package io.github.hevypipeline.raw;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the API sent that the schema cannot hold yet: the tables, columns and types that it needs.
 *
 * <p>Not thread-safe; it belongs to one flattener.
 */
final class SchemaDrift {
    private final Map<String, Map<String, ColumnType>> needed = new TreeMap<>();
    private final Map<String, String> descriptions = new LinkedHashMap<>();

    void newTable(String table) {
        if (needed.putIfAbsent(table, new TreeMap<>()) == null) {
            descriptions.put(table, table + ": new table");
        }
    }

    void newColumn(String table, String column, ColumnType type) {
        ColumnType widest = need(table, column, type);
        descriptions.put(
                table + "." + column,
                table + ": new column " + column + " (" + widest.sqlName() + "), null in older rows");
    }

    void widened(String table, Column column, ColumnType type) {
        ColumnType widest = need(table, column.name(), type);
        descriptions.put(
                table + "." + column.name(),
                table + ": column " + column.name() + " widens from "
                        + column.type().sqlName() + " to " + widest.sqlName());
    }

    private ColumnType need(String table, String column, ColumnType type) {
        return needed.computeIfAbsent(table, t -> new TreeMap<>()).merge(column, type, ColumnType::widenedTo);
    }

    boolean isEmpty() {
        return needed.isEmpty();
    }

    Map<String, Map<String, ColumnType>> needed() {
        return needed;
    }

    /** One line for each table or column that changes, in the order met. */
    List<String> descriptions() {
        return List.copyOf(descriptions.values());
    }
}
