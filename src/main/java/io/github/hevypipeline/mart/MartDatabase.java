package io.github.hevypipeline.mart;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.OutputFile;
import io.github.hevypipeline.project.CommandText;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;

/** Opens the published DuckDB file or the side file of a build, one at a time. Used by one run at a time. */
final class MartDatabase {
    /** The size of a DuckDB file relative to the same rows as Parquet. */
    private static final int PARQUET_FACTOR = 3;

    /** A smaller heap is not worth a collection before a build. */
    private static final long MAX_HEAP_BYTES = 80L << 20;

    private final DuckDbDataSource dataSource;
    private final MartFiles files;

    MartDatabase(DuckDbDataSource dataSource, MartFiles files) {
        this.dataSource = dataSource;
        this.files = files;
    }

    MartFiles files() {
        return files;
    }

    boolean isPublished() {
        return files.isPublished();
    }

    /**
     * Opens the published file.
     *
     * @throws ConfigError if there is none yet
     */
    void openPublished() throws IOException {
        requirePublished();
        dataSource.open(files.published(), parquetBytes());
    }

    /** As {@link #openPublished}, but read-only: other programs may read the file meanwhile. */
    void openToRead() throws IOException {
        requirePublished();
        dataSource.openToRead(files.published(), parquetBytes());
    }

    private void requirePublished() {
        if (!isPublished()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "There is no DuckDB file " + files.published() + " yet.",
                    "Run the pipeline once, with " + CommandText.of()
                            + ", or set DBT_DUCKDB_PATH to the file that it wrote.");
        }
        dataSource.close();
    }

    private long parquetBytes() throws IOException {
        return Files.size(files.published()) / PARQUET_FACTOR;
    }

    /**
     * Checks that the side file can be replaced, and creates its folder.
     *
     * @throws ConfigError if another program has it open
     */
    void requireSideFree() throws IOException {
        files.makeFolder();
        if (files.isSideThere()) {
            dataSource.requireFree(files.side());
        }
    }

    /** Copies the published file to the side file. It is open meanwhile, so that nobody can write to it. */
    void copyToSide() throws IOException {
        openToRead();
        files.copyToSide();
        dataSource.close();
    }

    /** Opens the side file for data of this size as Parquet. */
    void openSide(long dataBytes) throws IOException {
        giveMemoryBack();
        dataSource.open(files.side(), dataBytes);
        OutputFile.makePrivate(files.side());
    }

    /** Returns the heap of the load to the system: DuckDB allocates its own memory, and both must fit a small machine. */
    private static void giveMemoryBack() {
        if (Runtime.getRuntime().totalMemory() > MAX_HEAP_BYTES) {
            System.gc();
        }
    }

    boolean isPublishedOpen() {
        return dataSource.isOpen(files.published());
    }

    void close() {
        dataSource.close();
    }

    /** Closes the open file without finishing it, to delete it. */
    void abandon() throws SQLException {
        dataSource.abandon();
    }
}
