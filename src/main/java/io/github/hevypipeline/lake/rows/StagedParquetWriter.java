package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetWriter;

/**
 * The Parquet files that a load is writing, one for each table and partition.
 *
 * <p>Not thread-safe; the rows are written by a thread of its own, behind the one that adds them. Rows of one table and
 * partition keep the order in which they are added, over several files if need be: at most {@value #MAX_OPEN} files are
 * open, so memory does not grow with the number of years.
 */
public final class StagedParquetWriter implements Closeable {
    private static final int MAX_OPEN = 9;
    /** Stable, so the files of one partition stay in the order in which they were written. */
    private static final Comparator<StagedFile> BY_PART =
            Comparator.comparing(staged -> staged.file().part());

    private final Path folder;
    private final String loadId;
    private final DatasetSchema schema;
    private final Map<Target, OpenFile> open = new LinkedHashMap<>(MAX_OPEN, 0.75f, true);
    private final Map<Target, Integer> numbers = new HashMap<>();
    private final SortedMap<String, List<StagedFile>> finished = new TreeMap<>();
    private final WriteBehind writes = new WriteBehind();

    public StagedParquetWriter(Path folder, String loadId, DatasetSchema schema) {
        this.folder = folder;
        this.loadId = loadId;
        this.schema = schema;
    }

    private record Target(String table, String part) {}

    private static final class OpenFile {
        private final String path;
        private final Path local;
        private final ParquetWriter<GenericRecord> writer;
        private long rows;

        OpenFile(String path, Path local, ParquetWriter<GenericRecord> writer) {
            this.path = path;
            this.local = local;
            this.writer = writer;
        }
    }

    /** Adds rows, which must not change any more. */
    public void add(String table, String part, List<GenericRecord> rows) throws IOException {
        writes.add(rows.size(), () -> write(new Target(table, part), rows));
    }

    private void write(Target target, List<GenericRecord> rows) throws IOException {
        OpenFile file = openFile(target);
        for (GenericRecord row : rows) {
            file.writer.write(row);
            file.rows++;
        }
    }

    /** Writes a file without rows at once: how an empty table is stored. */
    StagedFile writeEmpty(String table, String part) throws IOException {
        writes.finish();
        Target target = new Target(table, part);
        openFile(target);
        return finish(target, open.remove(target));
    }

    /** Closes all files and gives them by table, oldest partition first. */
    public SortedMap<String, List<StagedFile>> finish() throws IOException {
        writes.finish();
        for (Target target : List.copyOf(open.keySet())) {
            finish(target, open.remove(target));
        }
        finished.values().forEach(files -> files.sort(BY_PART));
        return finished;
    }

    private OpenFile openFile(Target target) throws IOException {
        OpenFile known = open.get(target);
        if (known != null) {
            return known;
        }
        if (open.size() == MAX_OPEN) {
            Target eldest = open.keySet().iterator().next();
            finish(eldest, open.remove(eldest));
        }
        String path = CommittedFile.path(target.table(), loadId, target.part(), numbers.merge(target, 1, Integer::sum));
        Path local = folder.resolve(path);
        Files.createDirectories(local.getParent());
        OpenFile file = new OpenFile(
                path,
                local,
                ParquetFiles.write(local, schema.table(target.table()).avro()));
        open.put(target, file);
        return file;
    }

    private StagedFile finish(Target target, OpenFile file) throws IOException {
        file.writer.close();
        CommittedFile described =
                new CommittedFile(file.path, file.rows, Files.size(file.local), Sha256.hexOf(file.local));
        StagedFile staged = new StagedFile(described, file.local);
        finished.computeIfAbsent(target.table(), table -> new ArrayList<>()).add(staged);
        return staged;
    }

    /** Closes the open files unfinished; they stay for their owner to delete. */
    @Override
    public void close() throws IOException {
        writes.close();
        for (OpenFile file : open.values()) {
            file.writer.close();
        }
        open.clear();
    }
}
