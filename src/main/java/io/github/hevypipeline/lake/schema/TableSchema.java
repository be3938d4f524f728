package io.github.hevypipeline.lake.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * The columns of one raw table, in file order.
 *
 * <p>Immutable and thread-safe. Evolving gives a new schema: columns are added at the end or widened, never dropped.
 */
public final class TableSchema {
    private static final String NAMESPACE = "hevy";
    private static final String KNOWN_VALUES = "known_values";

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
                        field.schema().getType() != Schema.Type.UNION,
                        knownValues(field)))
                .toList();
        return new TableSchema(record.getName(), record.getDoc(), columns);
    }

    /** Avro lets a field carry attributes of its owner's; ours lists the values that are known to come. */
    private static Set<String> knownValues(Schema.Field field) {
        return field.getObjectProp(KNOWN_VALUES) instanceof Collection<?> values
                ? values.stream().map(Object::toString).collect(Collectors.toSet())
                : Set.of();
    }

    public String table() {
        return table;
    }

    /** What it is, in a sentence; null for one that the API added. */
    String doc() {
        return doc;
    }

    public List<Column> columns() {
        return columns;
    }

    /** The place of a column in a row, or -1 if the table has none of that name. */
    public int ordinal(String column) {
        return ordinals.getOrDefault(column, -1);
    }

    /** Whether the table's schema file declares this column. */
    public boolean declares(String column) {
        int ordinal = ordinal(column);
        return ordinal >= 0 && columns.get(ordinal).isDeclared();
    }

    public Column column(int ordinal) {
        return columns.get(ordinal);
    }

    /** The record schema of the table's Parquet files. */
    public Schema avro() {
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

    /** This table with each column as text, after some that may be null in it. */
    TableSchema asText(List<String> first) {
        List<Column> texts = new ArrayList<>();
        for (String name : first) {
            texts.add(new Column(name, ColumnType.VARCHAR, null, true, Set.of()));
        }
        columns.stream()
                .filter(column -> !first.contains(column.name()))
                .map(column -> column.as(ColumnType.VARCHAR))
                .forEach(texts::add);
        return new TableSchema(table, doc, texts);
    }

    /** One line for each column that was added or widened since {@code before}. */
    List<String> changesSince(TableSchema before) {
        List<String> changes = new ArrayList<>();
        for (Column column : columns) {
            int ordinal = before.ordinal(column.name());
            String type = column.type().sqlName();
            if (ordinal < 0) {
                changes.add(table + ": new column " + column.name() + " (" + type + "), null in older rows");
            } else if (before.column(ordinal).type() != column.type()) {
                changes.add(table + ": column " + column.name() + " widens from "
                        + before.column(ordinal).type().sqlName() + " to " + type);
            }
        }
        return changes;
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
