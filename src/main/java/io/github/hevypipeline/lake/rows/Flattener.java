package io.github.hevypipeline.lake.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.lake.schema.Column;
import io.github.hevypipeline.lake.schema.ColumnNames;
import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.TableSchema;
import io.github.hevypipeline.lake.schema.UnknownValues;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Turns one nested JSON object into rows: one of its root table, and one of a child table for each element of its lists.
 *
 * <p>Not thread-safe; one flattener belongs to one pass over one load. The rules are those of dlt's relational
 * normaliser with {@code max_table_nesting=2}, except for row keys, which are deterministic here: objects flatten to
 * {@code a__b}, lists of objects become child tables down to two levels, anything deeper is JSON text. Only what the
 * schema files declare has a say in that, not what came before: an item gives the same rows in every load.
 */
public final class Flattener {
    private static final int DEEPEST_TABLE = 2;
    private static final int DEEPEST_OBJECT = 8;
    private static final String SEPARATOR = "__";
    /** A table's name is a folder's and stands in object keys, which file systems and S3 bound. */
    private static final int LONGEST_TABLE_NAME = 200;

    private final DatasetSchema schema;
    private final String loadId;
    private final long extractedAtMicros;
    private final RowKeys keys = new RowKeys();
    private final ColumnNames names = new ColumnNames();
    private final JsonValues values = new JsonValues();
    private final SchemaDrift drift = new SchemaDrift();
    private final UnknownValues unknownValues = new UnknownValues();

    public Flattener(DatasetSchema schema, String loadId, long extractedAtMicros) {
        this.schema = schema;
        this.loadId = loadId;
        this.extractedAtMicros = extractedAtMicros;
    }

    /** Receives the rows of one item: the root first, each parent before its children. */
    public interface Rows {
        void add(String table, GenericRecord row);
    }

    /** Flattens one item; {@code primaryKey} is the text that its row key is made from. */
    public void flatten(String table, String primaryKey, ObjectNode item, Rows rows) {
        TableSchema root = schema.table(table);
        String key = keys.root(table, primaryKey);
        GenericData.Record row = new GenericData.Record(root.avro());
        row.put("_dlt_load_id", loadId);
        row.put("_dlt_id", key);
        row.put("_dlt_extracted_at", extractedAtMicros);
        rows.add(table, row);
        fill(Position.of(root, row, key, key, 0), "", item, 0, rows);
    }

    /** What did not fit so far; the rows of a pass count only if it stays empty. */
    public SchemaDrift drift() {
        return drift;
    }

    /** Values that are none of those that a schema file knows. */
    public UnknownValues unknownValues() {
        return unknownValues;
    }

    /** How many lone surrogates were written as U+FFFD so far. */
    public long loneSurrogates() {
        return values.loneSurrogates();
    }

    /** The row that is being filled, where it stands, and which names its fields have taken. */
    private record Position(
            TableSchema table,
            GenericData.Record row,
            String key,
            String rootKey,
            int level,
            Set<String> columns,
            Set<String> childTables) {
        static Position of(TableSchema table, GenericData.Record row, String key, String rootKey, int level) {
            return new Position(table, row, key, rootKey, level, new HashSet<>(), new HashSet<>());
        }
    }

    private void fill(Position at, String prefix, JsonNode object, int depth, Rows rows) {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            JsonNode value = field.getValue();
            if (value.isNull()) {
                continue;
            }
            String column = prefix.isEmpty() ? names.of(field.getKey()) : prefix + names.of(field.getKey());
            if (value.isValueNode() || at.table().declares(column)) {
                put(at, column, value);
            } else {
                nest(at, column, value, depth, rows);
            }
        }
    }

    /** An object or a list that no schema file declares as a column. */
    private void nest(Position at, String column, JsonNode value, int depth, Rows rows) {
        String childTable = at.table().table() + SEPARATOR + column;
        if (value.isObject() && depth < DEEPEST_OBJECT && !schema.declares(childTable)) {
            fill(at, column + SEPARATOR, value, depth + 1, rows);
        } else if (isTable(at, childTable, value)) {
            addChildren(at, childTable, value, rows);
        } else if (value.isObject() || !value.isEmpty()) {
            put(at, column, value);
        }
        // A list without elements has no type yet; null says as much.
    }

    private static boolean isTable(Position at, String name, JsonNode value) {
        return value.isArray()
                && at.level() < DEEPEST_TABLE
                && name.length() <= LONGEST_TABLE_NAME
                && isListOfObjects(value);
    }

    private void addChildren(Position parent, String table, JsonNode list, Rows rows) {
        if (list.isEmpty()) {
            return;
        }
        if (!parent.childTables().add(table)) {
            addChildren(parent, table + SEPARATOR, list, rows);
            return;
        }
        if (!schema.has(table)) {
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
            fill(Position.of(child, row, key, parent.rootKey(), parent.level() + 1), "", list.get(index), 0, rows);
        }
    }

    private void put(Position at, String column, JsonNode value) {
        if (!at.columns().add(column)) {
            put(at, column + SEPARATOR, value);
            return;
        }
        String table = at.table().table();
        int ordinal = at.table().ordinal(column);
        if (ordinal < 0) {
            drift.need(table, column, JsonValues.typeOf(value));
            return;
        }
        Column known = at.table().column(ordinal);
        Object fitted = values.fit(value, known.type());
        if (fitted == JsonValues.MISFIT) {
            ColumnType came = JsonValues.typeOf(value);
            ColumnType wider = known.type().widenedTo(came);
            boolean holds = wider != known.type() && values.fit(value, wider) != JsonValues.MISFIT;
            drift.need(table, column, holds ? wider : known.type().asTextBeside(came));
        } else {
            at.row().put(ordinal, fitted);
            unknownValues.note(table, known, fitted);
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
