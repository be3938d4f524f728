package io.github.hevypipeline.raw;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Turns one nested JSON object into rows: one of its root table, and one of a child table for each element of its lists.
 *
 * <p>Not thread-safe; one flattener belongs to one pass over one load. The rules are those of dlt's relational
 * normaliser with {@code max_table_nesting=2}, except for row keys, which are deterministic here: objects flatten to
 * {@code a__b}, lists of objects become child tables down to two levels, anything deeper is JSON text.
 */
final class Flattener {
    private static final int DEEPEST_TABLE = 2;
    private static final int DEEPEST_OBJECT = 8;
    private static final String SEPARATOR = "__";

    private final DatasetSchema schema;
    private final String loadId;
    private final long extractedAtMicros;
    private final RowKeys keys = new RowKeys();
    private final ColumnNames names = new ColumnNames();
    private final JsonValues values = new JsonValues();
    private final SchemaDrift drift = new SchemaDrift();

    Flattener(DatasetSchema schema, String loadId, long extractedAtMicros) {
        this.schema = schema;
        this.loadId = loadId;
        this.extractedAtMicros = extractedAtMicros;
    }

    /** Receives the rows of one item: the root first, each parent before its children. */
    interface Rows {
        void add(String table, GenericRecord row);
    }

    /** Flattens one item; {@code primaryKey} is the text that its row key is made from. */
    void flatten(String table, String primaryKey, ObjectNode item, Rows rows) {
        TableSchema root = schema.table(table);
        String key = keys.root(table, primaryKey);
        GenericData.Record row = new GenericData.Record(root.avro());
        row.put("_dlt_load_id", loadId);
        row.put("_dlt_id", key);
        row.put("_dlt_extracted_at", extractedAtMicros);
        rows.add(table, row);
        fill(new Position(root, row, key, key, 0), "", item, 0, rows);
    }

    /** What did not fit so far; the rows of a pass count only if it stays empty. */
    SchemaDrift drift() {
        return drift;
    }

    /** How many lone surrogates were written as U+FFFD so far. */
    long loneSurrogates() {
        return values.loneSurrogates();
    }

    /** The row that is being filled, and where it stands. */
    private record Position(TableSchema table, GenericData.Record row, String key, String rootKey, int level) {}

    private void fill(Position at, String prefix, JsonNode object, int depth, Rows rows) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                continue;
            }
            String column = prefix + names.of(field.getKey());
            boolean isColumn = at.table().ordinal(column) >= 0;
            if (!isColumn && value.isObject() && depth < DEEPEST_OBJECT) {
                fill(at, column + SEPARATOR, value, depth + 1, rows);
            } else if (!isColumn && value.isArray() && at.level() < DEEPEST_TABLE && isListOfObjects(value)) {
                addChildren(at, at.table().table() + SEPARATOR + column, value, rows);
            } else {
                put(at, column, value);
            }
        }
    }

    private void addChildren(Position parent, String table, JsonNode list, Rows rows) {
        if (!list.isEmpty() && !schema.has(table)) {
            drift.newTable(table);
        }
        TableSchema child = schema.table(table);
        for (int index = 0; index < list.size(); index++) {
            String key = keys.child(parent.key(), table, index);
            GenericData.Record row = new GenericData.Record(child.avro());
            row.put("_dlt_id", key);
            row.put("_dlt_parent_id", parent.key());
            row.put("_dlt_root_id", parent.rootKey());
            row.put("_dlt_list_idx", (long) index);
            rows.add(table, row);
            fill(new Position(child, row, key, parent.rootKey(), parent.level() + 1), "", list.get(index), 0, rows);
        }
    }

    private void put(Position at, String column, JsonNode value) {
        int ordinal = at.table().ordinal(column);
        if (ordinal < 0) {
            // A list without elements has no type yet; null says as much until one comes.
            if (!value.isEmpty() || !value.isContainerNode()) {
                drift.newColumn(at.table().table(), column, JsonValues.typeOf(value));
            }
            return;
        }
        if (at.row().get(ordinal) != null) {
            put(at, column + SEPARATOR, value);
            return;
        }
        Column declared = at.table().column(ordinal);
        Object fitted = values.fit(value, declared.type());
        if (fitted == JsonValues.MISFIT) {
            ColumnType wider = declared.type().widenedTo(JsonValues.typeOf(value));
            boolean holds = wider != declared.type() && values.fit(value, wider) != JsonValues.MISFIT;
            drift.widened(at.table().table(), declared, holds ? wider : ColumnType.VARCHAR);
        } else {
            at.row().put(ordinal, fitted);
        }
    }

    /** Null elements count as objects without fields, so that the places of the others stay. */
    private static boolean isListOfObjects(JsonNode list) {
        for (JsonNode element : list) {
            if (!element.isObject() && !element.isNull()) {
                return false;
            }
        }
        return true;
    }
}
