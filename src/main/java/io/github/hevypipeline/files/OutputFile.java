package io.github.hevypipeline.files;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that is replaced atomically: the new content is written beside it and renamed.
 *
 * <p>Immutable and thread-safe. A symbolic link is followed and stays. An existing file keeps its permissions; a new one
 * is readable by its owner only, as it holds personal data. A device or named pipe is written to, never replaced.
 */
public final class OutputFile {
    private static final int MAX_LINKS = 40;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path place;
    private final boolean special;

    private OutputFile(Path place, boolean special) {
        this.place = place;
        this.special = special;
    }

    /**
     * The file at a path, which need not exist.
     *
     * @throws SystemError if its links form a cycle or cannot be read
     */
    public static OutputFile at(Path path) {
        Path absolute = path.toAbsolutePath();
        if (isSpecial(absolute)) {
            return new OutputFile(absolute, true);
        }
        try {
            return new OutputFile(followed(absolute), false);
        } catch (IOException e) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    "The link " + absolute + " leads nowhere: " + e.getMessage() + ".",
                    "Correct the link, or name another file.",
                    e);
        }
    }

    /** A path below /dev or /proc may lead to a regular file, which must still not be replaced. */
    private static boolean isSpecial(Path path) {
        boolean isFile = Files.isRegularFile(path) || Files.isDirectory(path) || !Files.exists(path);
        return !isFile || path.startsWith("/dev") || path.startsWith("/proc");
    }

    private static Path followed(Path path) throws IOException {
        Path at = path;
        for (int links = 0; Files.isSymbolicLink(at); links++) {
            if (links == MAX_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            at = at.resolveSibling(Files.readSymbolicLink(at));
        }
        return at;
    }

    /**
     * Checks that a file can be written, before the work that creates it.
     *
     * @param setting the setting that names the file
     * @throws SystemError if it is a folder, or its folder is not writable
     */
    public static void require(String setting, Path file) {
        OutputFile output = at(file);
        if (output.special) {
            return;
        }
        if (Files.isDirectory(output.place)) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    setting + " leads to a folder: " + output.place + ".",
                    "Set it to the path of a file, or move the folder away.");
        }
        Path folder = output.place.toAbsolutePath().getParent();
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

    /** The path, with links followed. */
    public Path place() {
        return place;
    }

    /** Whether it is a device, a named pipe or a stream, which cannot be replaced. */
    public boolean isSpecial() {
        return special;
    }

    /** Replaces the content. */
    public void write(byte[] content) throws IOException {
        if (special) {
            writeThrough(content);
            return;
        }
        Path whole = beside();
        Files.deleteIfExists(whole);
        try {
            if (hasPermissions(whole)) {
                Files.createFile(whole, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Files.write(whole, content);
            replaceWith(whole);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** The temporary file beside it; a killed run may have left one. */
    public Path beside() {
        return place.resolveSibling("." + place.getFileName() + ".part");
    }

    private void writeThrough(byte[] content) throws IOException {
        try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.WRITE)) {
            out.write(content);
        }
    }

    /** Whether an existing file cannot be replaced. */
    public static boolean isSpecial(File file) {
        return file.exists() && isSpecial(file.toPath().toAbsolutePath());
    }

    /** Renames a file of the same folder to this one; copies it into a device or pipe. */
    public void replaceWith(Path whole) throws IOException {
        if (special) {
            try (OutputStream out = Files.newOutputStream(place, StandardOpenOption.WRITE)) {
                Files.copy(whole, out);
            }
            Files.delete(whole);
            return;
        }
        if (hasPermissions(whole)) {
            boolean isThere = Files.exists(place);
            Files.setPosixFilePermissions(whole, isThere ? Files.getPosixFilePermissions(place) : OWNER_ONLY);
        }
        Files.move(whole, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Restricts a file to its owner. */
    public static void makePrivate(Path file) throws IOException {
        if (hasPermissions(file)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
    }

    /** Creates a folder and its parents, new ones for the owner only. */
    public static void makePrivateFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                makePrivateFolder(parent);
            }
            FileAttribute<?> ownerOnly =
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            if (hasPermissions(folder.toAbsolutePath())) {
                Files.createDirectory(folder, ownerOnly);
            } else {
                Files.createDirectory(folder);
            }
        }
    }

    private static boolean hasPermissions(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
