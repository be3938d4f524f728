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
    private static final String LOCK = "lock";
    private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);

    private final boolean ownsProcess;
    private final List<String> refusals = new ArrayList<>();
    private Path folder;
    private FileChannel lock;

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
                sweep(candidate);
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
        while (lock == null) {
            folder = candidate.resolve(PREFIX + UUID.randomUUID());
            OutputFile.makePrivateFolder(folder);
            Path file = folder.resolve(LOCK);
            FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock taken = opened.tryLock();
            // Another process may have removed it in between.
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
                    } catch (IOException e) {
                        // Its owner or another process removes it at this moment, or the next one will.
                        LOG.debug("{} is left", one, e);
                    }
                }
            }
        }
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
            // The lock goes last, so that no other process takes the folder for an abandoned one.
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
