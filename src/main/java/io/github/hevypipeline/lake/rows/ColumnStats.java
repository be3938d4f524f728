package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.internal.FileCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.parquet.column.statistics.LongStatistics;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;

/**
 * The ranges of the whole numbers in the committed files, from their footers.
 *
 * <p>Immutable. It reads the local copies; a file that is not there is lost, and its rows come anew.
 *
 * @param committed the commit that a load follows
 * @param cache where its files lie
 */
public record ColumnStats(Snapshot committed, FileCache cache) {
    /** Every whole number up to this one has a double of its own. */
    private static final long LARGEST_DOUBLE = 1L << 53;

    /** Whether every committed value of a column of whole numbers, or of lists of them, stays what it is as a double. */
    boolean allAreDoubles(String table, String column) throws IOException {
        for (CommittedFile file : committed.manifest().files(table)) {
            Path local = cache.path(file);
            if (Files.exists(local) && !allAreDoubles(local, column)) {
                return false;
            }
        }
        return true;
    }

    private static boolean allAreDoubles(Path file, String column) throws IOException {
        try (ParquetRows rows = ParquetFiles.read(file)) {
            return rows.rowGroups().stream()
                    .map(group -> chunk(group.getColumns(), column))
                    .flatMap(Optional::stream)
                    .allMatch(ColumnStats::isWithinDoubles);
        }
    }

    private static Optional<ColumnChunkMetaData> chunk(Iterable<ColumnChunkMetaData> chunks, String column) {
        for (ColumnChunkMetaData chunk : chunks) {
            // A list's values have a path of their own below the column's name, which has no dot.
            if (chunk.getPath().toArray()[0].equals(column)) {
                return Optional.of(chunk);
            }
        }
        return Optional.empty();
    }

    private static boolean isWithinDoubles(ColumnChunkMetaData chunk) {
        if (chunk.getStatistics().getNumNulls() == chunk.getValueCount()) {
            return true;
        }
        return chunk.getStatistics() instanceof LongStatistics values
                && values.hasNonNullValue()
                && values.getMin() >= -LARGEST_DOUBLE
                && values.getMax() <= LARGEST_DOUBLE;
    }
}
