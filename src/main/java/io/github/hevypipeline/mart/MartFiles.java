package io.github.hevypipeline.mart;

import io.github.hevypipeline.files.OutputFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The published DuckDB file, with links followed, and the files of a build beside it: the side file and the exports.
 *
 * <p>Immutable. Used by one run at a time; none of the files may be open when it is copied, moved or deleted.
 */
record MartFiles(Path published) {
    private static final String SIDE = ".next";

    /** DuckDB's write-ahead log. */
    private static final String LOG = ".wal";

    MartFiles {
        published = OutputFile.at(published).place();
    }

    boolean isPublished() {
        return Files.exists(published);
    }

    /** The file that a build writes. */
    Path side() {
        return beside(SIDE);
    }

    boolean isSideThere() {
        return Files.exists(side());
    }

    /** The file that a model is exported to. */
    Path export(String model) {
        return beside("." + model + ".parquet");
    }

    /** Checks that a build can be made and published. */
    void requireTarget() {
        OutputFile.require("DBT_DUCKDB_PATH", published);
        if (Files.isDirectory(side())) {
            OutputFile.require("DBT_DUCKDB_PATH, with " + SIDE + " at its end,", side());
        }
    }

    void makeFolder() throws IOException {
        Files.createDirectories(published.getParent());
    }

    /** Copies the published file to the side file; the caller makes sure that nobody writes to it meanwhile. */
    void copyToSide() throws IOException {
        Files.copy(published, side());
        if (Files.exists(beside(LOG))) {
            Files.copy(beside(LOG), beside(SIDE + LOG));
        }
    }

    /** Atomically replaces the published file with the side file, and deletes the exports. */
    void publishSide(List<String> exported) throws IOException {
        // Left by another program; DuckDB would replay it into the new file.
        Files.deleteIfExists(beside(LOG));
        OutputFile.at(published).replaceWith(side());
        deleteExports(exported);
    }

    /** Removes what this or an earlier build of these models left. */
    void deleteUnpublished(List<String> models) throws IOException {
        Files.deleteIfExists(side());
        Files.deleteIfExists(beside(SIDE + LOG));
        deleteSpilled();
        deleteExports(models);
    }

    /** Removes the temporary files of a killed build. */
    private void deleteSpilled() throws IOException {
        Path spilled = beside(SIDE + DuckDbDataSource.SPILLED);
        if (Files.isDirectory(spilled)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(spilled)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(spilled);
        }
    }

    private void deleteExports(List<String> models) throws IOException {
        for (String model : models) {
            Files.deleteIfExists(export(model));
        }
    }

    private Path beside(String suffix) {
        return published.resolveSibling(published.getFileName() + suffix);
    }
}
