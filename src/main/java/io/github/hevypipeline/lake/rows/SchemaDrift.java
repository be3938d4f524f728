package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.TableSchema;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tables, columns and types that the schema lacks for the items that Hevy sent.
 *
 * <p>Not thread-safe; it belongs to one flattener.
 */
public final class SchemaDrift {
    private final Map<String, Map<String, ColumnType>> needed = new TreeMap<>();

    void newTable(String table) {
        needed.computeIfAbsent(table, t -> new TreeMap<>());
    }

    /** A column is to be added, or widened, so that it holds values of this type too. */
    void need(String table, String column, ColumnType type) {
        needed.computeIfAbsent(table, t -> new TreeMap<>()).merge(column, type, ColumnType::widenedTo);
    }

    public boolean isEmpty() {
        return needed.isEmpty();
    }

    public Map<String, Map<String, ColumnType>> needed() {
        return needed;
    }

    /** Makes text of the whole numbers that should become doubles where committed ones are among them that none can be. */
    public void roundNothing(DatasetSchema schema, ColumnStats committed) throws IOException {
        for (Map.Entry<String, Map<String, ColumnType>> table : needed.entrySet()) {
            TableSchema before = schema.table(table.getKey());
            for (Map.Entry<String, ColumnType> column : table.getValue().entrySet()) {
                int ordinal = before.ordinal(column.getKey());
                if (ordinal < 0) {
                    continue;
                }
                ColumnType was = before.column(ordinal).type();
                ColumnType wider = was.widenedTo(column.getValue());
                boolean toDouble = (was == ColumnType.BIGINT && wider == ColumnType.DOUBLE)
                        || (was == ColumnType.BIGINT_LIST && wider == ColumnType.DOUBLE_LIST);
                if (toDouble && !committed.allAreDoubles(table.getKey(), column.getKey())) {
                    column.setValue(was.asTextBeside(wider));
                }
            }
        }
    }
}
