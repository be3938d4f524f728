package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;

/**
 * Reads one partition of a root table and its child tables side by side and gives each root with its children.
 *
 * <p>Not thread-safe. It holds one root at a time: every file of a partition has the rows of the roots in the same
 * order, which is how {@link StagedParquetWriter} writes them.
 */
final class RootReader implements Closeable {
    private final RowReader roots;
    private final SortedMap<String, RowReader> children = new TreeMap<>();
    private final String table;

    /** {@code files} are those of each table of the family; the first table is the root. */
    RootReader(DatasetSchema schema, List<String> family, Map<String, List<Path>> files) throws IOException {
        this.table = family.get(0);
        this.roots = new RowReader(schema.table(table), files.getOrDefault(table, List.of()));
        for (String child : family.subList(1, family.size())) {
            children.put(child, new RowReader(schema.table(child), files.getOrDefault(child, List.of())));
        }
    }

    /** The next root; null at the end. */
    Root next() throws IOException {
        GenericRecord row = roots.next();
        if (row == null) {
            requireNoOrphans();
            return null;
        }
        SortedMap<String, List<GenericRecord>> rowsByTable = new TreeMap<>();
        for (Map.Entry<String, RowReader> child : children.entrySet()) {
            rowsByTable.put(child.getKey(), rowsOf(row.get("_dlt_id"), child.getValue()));
        }
        return new Root(row, rowsByTable);
    }

    private static List<GenericRecord> rowsOf(Object rootKey, RowReader reader) throws IOException {
        List<GenericRecord> rows = new ArrayList<>();
        while (reader.peek() != null && reader.peek().get("_dlt_root_id").equals(rootKey)) {
            rows.add(reader.next());
        }
        return rows;
    }

    private void requireNoOrphans() {
        children.forEach((child, reader) -> {
            if (reader.peek() != null) {
                throw new SystemError(
                        ExitCode.BUG,
                        "The raw files of " + child + " have rows that belong to no row of " + table + ".",
                        "Delete one of its files from the bucket: the next run writes the tables anew. And report this.");
            }
        });
    }

    @Override
    public void close() throws IOException {
        roots.close();
        for (RowReader reader : children.values()) {
            reader.close();
        }
    }
}
