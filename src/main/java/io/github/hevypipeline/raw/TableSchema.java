package io.github.hevypipeline.raw;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * The columns of one raw table, in file order.
 *
 * <p>Immutable and thread-safe. Evolving gives a new schema: columns are added at the end or widened, never dropped.
 */
public final class TableSchema {
    private static final String NAMESPACE = "hevy";

    private final String table;
    private final String doc;
    private final List<Column> columns;
    private final Map<String, Integer> ordinals;
    private final Schema avro;

    TableSchema(String table, String doc, List<Column> columns) {
        this.table = table;
        this.doc = doc;
        this.columns = List.copyOf(columns);
        this.ordinals = new HashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            ordinals.put(columns.get(i).name(), i);
        }
        this.avro = toAvro();
    }

    /** Reads a schema file's record. */
    static TableSchema of(Schema record) {
        List<Column> columns = record.getFields().stream()
                .map(field -> new Column(
                        field.name(),
                        ColumnType.of(field.schema()),
                        field.doc(),
                        field.schema().getType() != Schema.Type.UNION))
                .toList();
        return new TableSchema(record.getName(), record.getDoc(), columns);
    }

    public String table() {
        return table;
    }

    public List<Column> columns() {
        return columns;
    }

    /** The place of a column in a row, or -1 if the table has none of that name. */
    int ordinal(String column) {
        return ordinals.getOrDefault(column, -1);
    }

    Column column(int ordinal) {
        return columns.get(ordinal);
    }

    /** The record schema of the table's Parquet files. */
    Schema avro() {
        return avro;
    }

    /** This schema with each needed column added, or widened to hold both types. */
    TableSchema evolvedBy(Map<String, ColumnType> needed) {
        List<Column> evolved = new ArrayList<>(columns);
        needed.forEach((name, type) -> {
            int ordinal = ordinal(name);
            if (ordinal < 0) {
                evolved.add(Column.discovered(name, type));
            } else {
                evolved.set(
                        ordinal,
                        columns.get(ordinal).as(columns.get(ordinal).type().widenedTo(type)));
            }
        });
        return new TableSchema(table, doc, evolved);
    }

    private Schema toAvro() {
        List<Schema.Field> fields = columns.stream()
                .map(column -> column.required()
                        ? new Schema.Field(column.name(), column.type().avro(), column.doc(), null)
                        : new Schema.Field(
                                column.name(),
                                Schema.createUnion(List.of(
                                        Schema.create(Schema.Type.NULL),
                                        column.type().avro())),
                                column.doc(),
                                JsonProperties.NULL_VALUE))
                .toList();
        return Schema.createRecord(table, doc, NAMESPACE, false, fields);
    }
}
