package io.github.hevypipeline.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder for the files of one process, locked while the process lives.
 *
 * <p>Not thread-safe. The lock is the operating system's, so an unlocked folder was left by a killed process.
 */
public final class OwnFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnFolder.class);
    private static final String LOCK = "lock";

    private final Path folder;
    private final FileChannel lock;

    private OwnFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** Creates and locks a folder; its name begins with {@code prefix}. */
    public static OwnFolder take(Path parent, String prefix) throws IOException {
        while (true) {
            Path folder = parent.resolve(prefix + UUID.randomUUID());
            OutputFile.makePrivateFolder(folder);
            Path file = folder.resolve(LOCK);
            FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock taken = opened.tryLock();
            // Another process may have removed it in between.
            if (taken != null && Files.exists(file)) {
                return new OwnFolder(folder, opened);
            }
            opened.close();
        }
    }

    /** Removes the folders of killed processes. */
    public static void sweep(Path parent, String prefix) throws IOException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, prefix + "*")) {
            for (Path one : left) {
                Path file = one.resolve(LOCK);
                if (Files.isWritable(file)) {
                    try (FileChannel opened = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        if (opened.tryLock() != null) {
                            delete(one);
                        }
                    } catch (IOException | OverlappingFileLockException e) {
                        // Its owner or another process removes it at this moment, or the next one will.
                        LOG.debug("{} is left", one, e);
                    }
                }
            }
        }
    }

    public Path path() {
        return folder;
    }

    /** Removes the folder. */
    @Override
    public void close() throws IOException {
        lock.close();
        delete(folder);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            // The lock goes last, so that no other process takes the folder for an abandoned one.
            files.sorted(Comparator.comparing((Path file) -> file.equals(folder.resolve(LOCK)))
                            .thenComparing(Comparator.reverseOrder()))
                    .filter(file -> !file.equals(folder))
                    .forEach(OwnFolder::deleteFile);
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
