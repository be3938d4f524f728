package io.github.hevypipeline.project;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes sure that a file can be put in its place, before the work that makes it begins. Holds nothing. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Requires that the place of a file is no folder, and that a file can be made beside it.
     *
     * @param setting what names the file
     * @throws SystemError if it cannot be put there
     */
    public static void require(String setting, Path file) {
        Path place = file.toAbsolutePath();
        if (Files.isDirectory(place)) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    setting + " leads to a folder: " + place + ".",
                    "Set it to the path of a file, or move the folder away.");
        }
        Path folder = place.getParent();
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, ".hevy-pipeline-", ".probe"));
        } catch (IOException e) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    "Nothing can be written to " + folder + ", where " + setting + " leads: " + e.getMessage() + ".",
                    "Allow writing there and make room, or set " + setting + " to another path.",
                    e);
        }
    }
}
