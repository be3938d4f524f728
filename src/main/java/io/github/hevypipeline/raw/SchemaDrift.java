package io.github.hevypipeline.raw;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the API sent that the schema cannot hold yet: the columns and types that it needs.
 *
 * <p>Not thread-safe; it belongs to one flattener.
 */
final class SchemaDrift {
    private final Map<String, Map<String, ColumnType>> needed = new TreeMap<>();
    private final List<String> descriptions = new ArrayList<>();

    void newColumn(String table, String column, ColumnType type) {
        need(table, column, type, table + ": new column " + column + " (" + type.sqlName() + "), null in older rows");
    }

    void widened(String table, Column column, ColumnType type) {
        need(
                table,
                column.name(),
                type,
                table + ": column " + column.name() + " widens from "
                        + column.type().sqlName() + " to " + type.sqlName());
    }

    private void need(String table, String column, ColumnType type, String description) {
        Map<String, ColumnType> columns = needed.computeIfAbsent(table, t -> new TreeMap<>());
        ColumnType before = columns.get(column);
        if (before == null) {
            descriptions.add(description);
        }
        columns.put(column, before == null ? type : before.widenedTo(type));
    }

    boolean isEmpty() {
        return needed.isEmpty();
    }

    Map<String, Map<String, ColumnType>> needed() {
        return needed;
    }

    /** One line for each column that changes, in the order met. */
    List<String> descriptions() {
        return descriptions;
    }
}
