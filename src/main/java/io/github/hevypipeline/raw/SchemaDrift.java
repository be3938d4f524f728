package io.github.hevypipeline.raw;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the API sent that the schema cannot hold yet: the tables, columns and types that it needs.
 *
 * <p>Not thread-safe; it belongs to one flattener.
 */
final class SchemaDrift {
    private final Map<String, Map<String, ColumnType>> needed = new TreeMap<>();

    void newTable(String table) {
        needed.computeIfAbsent(table, t -> new TreeMap<>());
    }

    /** A column is to be added, or widened, so that it holds values of this type too. */
    void need(String table, String column, ColumnType type) {
        needed.computeIfAbsent(table, t -> new TreeMap<>()).merge(column, type, ColumnType::widenedTo);
    }

    boolean isEmpty() {
        return needed.isEmpty();
    }

    Map<String, Map<String, ColumnType>> needed() {
        return needed;
    }

    /** Makes text of each whole number's column that should become a double but holds committed values that none can. */
    void roundNothing(DatasetSchema schema, CommittedNumbers committed) throws IOException {
        for (Map.Entry<String, Map<String, ColumnType>> table : needed.entrySet()) {
            TableSchema before = schema.table(table.getKey());
            for (Map.Entry<String, ColumnType> column : table.getValue().entrySet()) {
                int ordinal = before.ordinal(column.getKey());
                boolean toDouble = column.getValue() == ColumnType.DOUBLE
                        && ordinal >= 0
                        && before.column(ordinal).type() == ColumnType.BIGINT;
                if (toDouble && !committed.allAreDoubles(table.getKey(), column.getKey())) {
                    column.setValue(ColumnType.VARCHAR);
                }
            }
        }
    }
}
