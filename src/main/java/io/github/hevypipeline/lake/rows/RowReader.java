package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.TableSchema;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * Reads the rows of several files of one table one after another, each in the table's present schema.
 *
 * <p>Not thread-safe. It looks one row ahead.
 */
final class RowReader implements Closeable {
    private final TableSchema schema;
    private final Queue<Path> files;
    private ParquetRows current;
    private GenericRecord ahead;

    RowReader(TableSchema schema, List<Path> files) throws IOException {
        this.schema = schema;
        this.files = new ArrayDeque<>(files);
        advance();
    }

    /** The next row without taking it, or null at the end. */
    GenericRecord peek() {
        return ahead;
    }

    /** Takes the next row; null at the end. */
    GenericRecord next() throws IOException {
        GenericRecord row = ahead;
        advance();
        return row;
    }

    private void advance() throws IOException {
        ahead = null;
        while (ahead == null && (current != null || !files.isEmpty())) {
            if (current == null) {
                current = ParquetFiles.read(files.remove());
            }
            GenericRecord row = current.read();
            if (row == null) {
                current.close();
                current = null;
            } else {
                ahead = inPresentSchema(row);
            }
        }
    }

    /** Text is read as Avro's Utf8, which is written again without being decoded. */
    private GenericRecord inPresentSchema(GenericRecord row) {
        GenericData.Record present = new GenericData.Record(schema.avro());
        for (Schema.Field field : row.getSchema().getFields()) {
            int ordinal = schema.ordinal(field.name());
            ColumnType was = ColumnType.of(field.schema());
            present.put(
                    ordinal,
                    was == schema.column(ordinal).type()
                            ? row.get(field.pos())
                            : WidenedValues.widen(
                                    row.get(field.pos()),
                                    was,
                                    schema.column(ordinal).type()));
        }
        return present;
    }

    @Override
    public void close() throws IOException {
        if (current != null) {
            current.close();
        }
    }
}
