package io.github.hevypipeline.mart;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;

/**
 * The DuckDB file of the marts: the published one, or the side file of a build, of which one at a time is open.
 *
 * <p>Used by one run at a time.
 */
final class MartDatabase {
    private static final int DATABASE_BYTES_A_PARQUET_BYTE = 3;

    /** What Java may hold while DuckDB works; below it a collection would cost more than it gives. */
    private static final long UNNOTICED_HEAP_BYTES = 80L << 20;

    private final DuckDbDataSource warehouse;
    private final MartFiles files;

    MartDatabase(DuckDbDataSource warehouse, MartFiles files) {
        this.warehouse = warehouse;
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
     * @throws ConfigError if nothing was published yet
     */
    void openPublished() throws IOException {
        requirePublished();
        warehouse.open(files.published(), parquetBytes());
    }

    /** As {@link #openPublished}, but nothing can be changed, and others may read it meanwhile. */
    void openToRead() throws IOException {
        requirePublished();
        warehouse.openToRead(files.published(), parquetBytes());
    }

    private void requirePublished() {
        if (!isPublished()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "There is no DuckDB file " + files.published() + " yet.",
                    "Run the pipeline once, or set DBT_DUCKDB_PATH to the file that it wrote.");
        }
        warehouse.close();
    }

    private long parquetBytes() throws IOException {
        return Files.size(files.published()) / DATABASE_BYTES_A_PARQUET_BYTE;
    }

    /**
     * Makes sure of a place for a side file.
     *
     * @throws ConfigError if there is one that another program has open
     */
    void requireSideFree() throws IOException {
        files.makeFolder();
        if (files.isSideThere()) {
            warehouse.requireFree(files.side());
        }
    }

    /** Begins the side file as a copy of the published one; while that is open here, nobody can write to it. */
    void copyToSide() throws IOException {
        openToRead();
        files.copyToSide();
        warehouse.close();
    }

    /** Opens the side file, to take data of this size as Parquet. */
    void openSide(long dataBytes) throws IOException {
        giveMemoryBack();
        warehouse.open(files.side(), dataBytes);
        OutputFile.makePrivate(files.side());
    }

    /** What loading has used is given to DuckDB, which takes memory of its own, so that both fit a small machine. */
    private static void giveMemoryBack() {
        if (Runtime.getRuntime().totalMemory() > UNNOTICED_HEAP_BYTES) {
            System.gc();
        }
    }

    boolean isPublishedOpen() {
        return warehouse.isOpen(files.published());
    }

    void close() {
        warehouse.close();
    }

    /** Closes what is open as it is: it is to be deleted. */
    void abandon() throws SQLException {
        warehouse.abandon();
    }
}
