package io.github.hevypipeline.runtime;

import com.github.luben.zstd.util.Native;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.files.OutputFile;
import io.github.hevypipeline.files.OwnFolder;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.duckdb.DuckDBDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's folder for temporary files, with the native libraries of DuckDB and Zstandard that are unpacked from
 * the jar.
 *
 * <p>Not thread-safe. Lies in {@code java.io.tmpdir}, the only place to which the libraries unpack; if the launcher
 * has unpacked them, the work folder is the second choice. Locked while the process lives; an unlocked folder was left
 * by a killed process, and is removed.
 */
public final class TemporaryFolder implements AutoCloseable {
    public static final String PROPERTY = "java.io.tmpdir";
    private static final String PREFIX = "hevy-pipeline-";
    private static final String DUCKDB_PREFIX = "libduckdb_java";
    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

    private final boolean ownsProcess;
    private final List<String> refusals = new ArrayList<>();
    private Path folder;
    private OwnFolder own;

    private TemporaryFolder(boolean ownsProcess) {
        this.ownsProcess = ownsProcess;
    }

    /** For the program's own process. Creates nothing yet. */
    public static TemporaryFolder ofProcess() {
        return new TemporaryFolder(true);
    }

    /** For a process with other work too, such as Maven's: leaves {@code java.io.tmpdir} as it is. */
    public static TemporaryFolder ofHost() {
        return new TemporaryFolder(false);
    }

    /** Whether the process does nothing but what the program does. */
    public boolean ownsProcess() {
        return ownsProcess;
    }

    /**
     * Creates the folder, removes those of killed processes, and loads the native libraries.
     *
     * @throws SystemError if no folder has room and allows executing files
     */
    public void prepare(Path workFolder, boolean needsDuckDb) {
        if (!ownsProcess || folder != null) {
            return;
        }
        URL duckDb = DuckDBDriver.class.getResource("/" + FastStart.duckDbLibrary());
        Path usual = Path.of(System.getProperty(PROPERTY));
        for (Path candidate : duckDb == null ? List.of(usual, workFolder.toAbsolutePath()) : List.of(usual)) {
            try {
                OwnFolder.sweep(candidate, PREFIX);
                take(candidate, usual);
                Native.load(folder.toFile());
                if (needsDuckDb && duckDb != null) {
                    loadDuckDb(candidate, duckDb);
                }
                System.setProperty(PROPERTY, folder.toString());
                return;
            } catch (IOException | ClassNotFoundException | LinkageError e) {
                LOG.debug("{} cannot hold temporary files", candidate, e);
                refusals.add(candidate + ": " + reason(e));
                close();
            }
        }
        throw new SystemError(
                ExitCode.LOCAL_DISK,
                "The folder for temporary files (" + PROPERTY + ") is full or does not allow executing files: "
                        + String.join("; ", refusals) + ".",
                "Start with bin/hevy-pipeline, or name another folder, as in java -D" + PROPERTY
                        + "=/var/tmp -jar hevy-pipeline.jar.");
    }

    /** Its place, and why the places before it could not be used. */
    public String description() {
        Path there = folder == null ? Path.of(System.getProperty(PROPERTY)) : folder.getParent();
        return there + (refusals.isEmpty() ? "" : ", since " + String.join("; ", refusals));
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root instanceof NoSuchFileException ? "no such folder" : String.valueOf(root.getMessage());
        return message.lines().findFirst().orElse("").strip();
    }

    private void take(Path candidate, Path usual) throws IOException {
        if (!candidate.equals(usual)) {
            OutputFile.makePrivateFolder(candidate);
        } else if (!Files.isDirectory(candidate)) {
            throw new NoSuchFileException(candidate.toString());
        }
        own = OwnFolder.take(candidate, PREFIX);
        folder = own.path();
    }

    /**
     * Deletes the unpacked library while it is loaded: DuckDB's driver does so at exit, so a killed process would
     * leave 60 MB.
     */
    private void loadDuckDb(Path temporary, URL library) throws IOException, ClassNotFoundException {
        long bytes = library.openConnection().getContentLengthLong();
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            throw new IOException((free >> 20) + " MB free, DuckDB's library takes " + (bytes >> 20));
        }
        Class.forName("org.duckdb.DuckDBNative");
        Path mapped = Path.of("/proc/self/maps");
        if (Files.isReadable(mapped)) {
            String prefix = temporary.toRealPath().resolve(DUCKDB_PREFIX).toString();
            Set<String> own = new HashSet<>();
            for (String line : Files.readAllLines(mapped)) {
                int begin = line.indexOf(prefix);
                if (begin >= 0 && line.endsWith(".so")) {
                    own.add(line.substring(begin));
                }
            }
            for (String file : own) {
                // A mapped file remains usable.
                Files.deleteIfExists(Path.of(file));
            }
        }
    }

    /** Removes the folder. What Windows keeps open until the process ends is removed by the next one. */
    @Override
    public void close() {
        if (own == null) {
            return;
        }
        try {
            own.close();
        } catch (IOException e) {
            LOG.debug("{} is left for the next run to remove", folder, e);
        } finally {
            own = null;
            folder = null;
        }
    }
}
