package io.github.hevypipeline.mart;

import io.github.hevypipeline.files.OutputFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The published DuckDB file, with links followed, and what a build has beside it: the side file, and the tables on their way to S3.
 *
 * <p>Immutable; used by one run at a time, which has none of the files open while it copies, moves or deletes them.
 */
record MartFiles(Path published) {
    private static final String SIDE = ".next";

    /** DuckDB's, of what is not in the file itself yet. */
    private static final String LOG = ".wal";

    MartFiles {
        published = OutputFile.at(published).place();
    }

    boolean isPublished() {
        return Files.exists(published);
    }

    /** Where a build goes until it is published. */
    Path side() {
        return beside(SIDE);
    }

    boolean isSideThere() {
        return Files.exists(side());
    }

    /** Where the rows of a model are until they are on S3. */
    Path export(String model) {
        return beside("." + model + ".parquet");
    }

    /** Requires that a build can be made and put in its place. */
    void requireTarget() {
        OutputFile.require("DBT_DUCKDB_PATH", published);
        if (Files.isDirectory(side())) {
            OutputFile.require("DBT_DUCKDB_PATH, with " + SIDE + " at its end,", side());
        }
    }

    void makeFolder() throws IOException {
        Files.createDirectories(published.getParent());
    }

    /** Begins the side file as a copy; the caller sees to it that nobody writes to the published file meanwhile. */
    void copyToSide() throws IOException {
        Files.copy(published, side());
        if (Files.exists(beside(LOG))) {
            Files.copy(beside(LOG), beside(SIDE + LOG));
        }
    }

    /** Puts the side file in the place of the published one, in one step; its exports are done with. */
    void publishSide(List<String> exported) throws IOException {
        // A program that died, or is still at work, has left it; DuckDB would write it into the file that comes now.
        Files.deleteIfExists(beside(LOG));
        OutputFile.at(published).replaceWith(side());
        deleteExports(exported);
    }

    /** Removes what a build has left, or an earlier one of these models. */
    void deleteUnpublished(List<String> models) throws IOException {
        Files.deleteIfExists(side());
        Files.deleteIfExists(beside(SIDE + LOG));
        deleteSpilled();
        deleteExports(models);
    }

    /** What a killed build had no room for in memory. */
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
