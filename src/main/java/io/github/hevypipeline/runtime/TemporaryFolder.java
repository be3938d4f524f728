package io.github.hevypipeline.runtime;

import com.github.luben.zstd.util.Native;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.files.OutputFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of this process for temporary files, and the native libraries of DuckDB and Zstandard, which a jar unpacks.
 *
 * <p>Not thread-safe. The libraries can be unpacked into Java's own temporary folder only; where the launcher has unpacked
 * them, the work folder will do as well. The folder is locked while the process lives; one that is not was left by a
 * killed process, and is removed.
 */
public final class TemporaryFolder implements AutoCloseable {
    public static final String PROPERTY = "java.io.tmpdir";
    private static final String PREFIX = "hevy-pipeline-";
    private static final String DUCKDB_PREFIX = "libduckdb_java";
    private static final String LOCK = "lock";
    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

    private final boolean ownsProcess;
    private final List<String> refusals = new ArrayList<>();
    private Path folder;
    private FileChannel lock;

    private TemporaryFolder(boolean ownsProcess) {
        this.ownsProcess = ownsProcess;
    }

    /** Of a process that is the program's own; nothing is made yet. */
    public static TemporaryFolder ofProcess() {
        return new TemporaryFolder(true);
    }

    /** Of a process that has other work too, such as Maven's: {@code java.io.tmpdir} stays as it is. */
    public static TemporaryFolder ofHost() {
        return new TemporaryFolder(false);
    }

    /**
     * Makes the folder, removes those of killed processes, and loads the native libraries.
     *
     * @param needsDuckDb whether DuckDB's will be used
     * @throws SystemError if no folder has room and runs programs
     */
    public void prepare(Path workFolder, boolean needsDuckDb) {
        if (!ownsProcess || folder != null) {
            return;
        }
        URL duckDb = DuckDBDriver.class.getResource("/" + FastStart.duckDbLibrary());
        Path usual = Path.of(System.getProperty(PROPERTY));
        for (Path candidate : duckDb == null ? List.of(usual, workFolder.toAbsolutePath()) : List.of(usual)) {
            try {
                sweep(candidate);
                take(candidate, usual);
                Native.load(folder.toFile());
                if (needsDuckDb && duckDb != null) {
                    loadDuckDb(candidate, duckDb);
                }
                System.setProperty(PROPERTY, folder.toString());
                return;
            } catch (IOException | ClassNotFoundException | LinkageError e) {
                LOG.debug("{} is no folder for temporary files", candidate, e);
                refusals.add(candidate + ": " + reason(e));
                close();
            }
        }
        throw new SystemError(
                ExitCode.LOCAL_DISK,
                "The folder for temporary files (" + PROPERTY + ") has no room or runs no programs: "
                        + String.join("; ", refusals) + ".",
                "Start with bin/hevy-pipeline, or name another folder, as in java -D" + PROPERTY
                        + "=/var/tmp -jar hevy-pipeline.jar.");
    }

    /** Where it is, and why it is not where it would be otherwise. */
    public String description() {
        Path there = folder == null ? Path.of(System.getProperty(PROPERTY)) : folder.getParent();
        return there + (refusals.isEmpty() ? "" : ", since " + String.join("; ", refusals));
    }

    private static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root instanceof NoSuchFileException ? "it is not there" : String.valueOf(root.getMessage());
        return message.lines().findFirst().orElse("").strip();
    }

    private void take(Path candidate, Path usual) throws IOException {
        if (!candidate.equals(usual)) {
            OutputFile.makePrivateFolder(candidate);
        } else if (!Files.isDirectory(candidate)) {
            throw new NoSuchFileException(candidate.toString());
        }
        while (lock == null) {
            folder = candidate.resolve(PREFIX + UUID.randomUUID());
            OutputFile.makePrivateFolder(folder);
            Path file = folder.resolve(LOCK);
            FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock taken = opened.tryLock();
            // Another process may have swept it in between.
            if (taken != null && Files.exists(file)) {
                lock = opened;
            } else {
                opened.close();
            }
        }
    }

    private static void sweep(Path candidate) throws IOException {
        if (!Files.isDirectory(candidate)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(candidate, PREFIX + "*")) {
            for (Path one : left) {
                Path file = one.resolve(LOCK);
                if (Files.isWritable(file)) {
                    try (FileChannel opened = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        if (opened.tryLock() != null) {
                            delete(one);
                        }
                    }
                }
            }
        }
    }

    /** DuckDB's driver deletes its library at the end of the process; a killed one would leave 60 MB. */
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
                // What is mapped stays until the end of the process.
                Files.deleteIfExists(Path.of(file));
            }
        }
    }

    /** Removes the folder; what Windows does not let go of as long as the process lives, the next one removes. */
    @Override
    public void close() {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
            delete(folder);
        } catch (IOException e) {
            LOG.debug("{} is left for the next run to remove", folder, e);
        } finally {
            lock = null;
            folder = null;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            // The lock goes last but for the folder, so that nobody takes it for a new one.
            files.sorted(Comparator.comparing((Path file) -> file.endsWith(LOCK))
                            .thenComparing(Comparator.reverseOrder()))
                    .filter(file -> !file.equals(folder))
                    .forEach(TemporaryFolder::deleteFile);
            Files.delete(folder);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
