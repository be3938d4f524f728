package io.github.hevypipeline.doctor;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.UserPath;
import io.github.hevypipeline.runtime.Outcome;
import io.github.hevypipeline.settings.Settings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Checks that the local folders are writable and have free space.
 *
 * <p>Not thread-safe; made for one command. It writes and deletes a small file, as permissions alone do not show a full or
 * read-only disk. For a folder that does not exist, its nearest existing parent counts.
 */
public final class DiskCheck {
    private static final long MIN_BYTES = 100L << 20;
    private static final String PROBE_NAME = ".hevy-pipeline-doctor-";
    private static final byte[] PROBE = new byte[4096];

    private final Diagnostics checklist;
    private final Settings settings;

    DiskCheck(Diagnostics checklist, Settings settings) {
        this.checklist = checklist;
        this.settings = settings;
    }

    /** Prints a result for each folder. */
    public void report() {
        Path database = Path.of(settings.get("DBT_DUCKDB_PATH")).toAbsolutePath();
        report("work folder", Path.of(settings.get("DLT_PIPELINE_DIR")).toAbsolutePath(), 0);
        if (settings.keepsLakeInFolder()) {
            report("lake disk", UserPath.of(settings.lakePath()).toAbsolutePath(), 0);
        }
        // A build writes a second file beside the published one.
        report("DuckDB folder", database.getParent(), 2 * database.toFile().length());
    }

    private void report(String check, Path folder, long wanted) {
        long least = Math.max(MIN_BYTES, wanted);
        try {
            Path there = existing(folder);
            sweep(there);
            Path probe = there.resolve(PROBE_NAME + UUID.randomUUID());
            try {
                Files.write(probe, PROBE, StandardOpenOption.CREATE_NEW);
            } finally {
                Files.deleteIfExists(probe);
            }
            long free = Files.getFileStore(there).getUsableSpace();
            if (free < least) {
                checklist.red(
                        check,
                        new Outcome(
                                ExitCode.LOCAL_DISK,
                                folder + " has " + megabytes(free) + " left, and a run may want " + megabytes(least)
                                        + ".",
                                "Make room there."));
            } else {
                checklist.green(
                        check,
                        folder + (there.equals(folder) ? ": " : " is yet to be made: ") + megabytes(free) + " free");
            }
        } catch (IOException e) {
            checklist.red(check, checklist.outcome(e));
        }
    }

    /** Deletes the probes of a killed doctor. */
    private static void sweep(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, PROBE_NAME + "*")) {
                for (Path probe : left) {
                    Files.deleteIfExists(probe);
                }
            }
        }
    }

    /** A file in the place of the folder counts as existing, and is not writable. */
    private static Path existing(Path folder) {
        Path there = folder;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MB", bytes >> 20);
    }
}
