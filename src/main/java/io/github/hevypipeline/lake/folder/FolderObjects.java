package io.github.hevypipeline.lake.folder;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.OutputFile;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.StagedObject;
import io.github.hevypipeline.lake.StoreException;
import io.github.hevypipeline.lake.StoreException.Kind;
import io.github.hevypipeline.lake.internal.ListedObject;
import io.github.hevypipeline.lake.internal.ObjectListing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.apache.camel.util.function.ThrowingBiConsumer;
import org.apache.camel.util.function.ThrowingFunction;

/**
 * The objects of a lake as files: the key is the path in the lake's folder.
 *
 * <p>Thread-safe, also between processes. A new object is written to a temporary file, synced, and hard-linked to its
 * name, which fails if the name is taken: the file system's own conditional create. A process that dies leaves at most a
 * temporary file, which no listing shows and {@link #sweepUnfinished} deletes.
 */
public final class FolderObjects {
    /** Many retries in a row mean that something else deletes the folder all the time. */
    private static final int MAX_ATTEMPTS = 20;

    private static final String HIDDEN = ".";
    private static final Pattern UNFINISHED = Pattern.compile("\\..+\\.[0-9a-f-]{36}\\.part");

    private static final Pattern NO_HARD_LINKS = Pattern.compile(
            "(?i).*(not permitted|not supported|not implemented|incorrect function|invalid function).*");

    private final Destination destination;
    private final Path root;

    public FolderObjects(Destination destination) {
        this(destination, destination.root());
    }

    /** With a folder of any file system. */
    FolderObjects(Destination destination, Path root) {
        this.destination = destination;
        this.root = root.toAbsolutePath().normalize();
    }

    /** Lists all objects under the prefix of a listing; hidden files are none. */
    public void list(@Variable("listing") ObjectListing listing) {
        List<ListedObject> objects = new ArrayList<>();
        at(root.resolve(listing.prefix()), folder -> {
            requireUsable();
            visit(folder, (file, attributes) -> {
                if (!isHidden(file)) {
                    objects.add(listed(file, attributes));
                }
            });
            return null;
        });
        listing.add(ObjectListing.Page.whole(objects));
    }

    private ListedObject listed(Path file, BasicFileAttributes attributes) {
        String key =
                root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
        long written = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        return new ListedObject(
                key,
                attributes.size(),
                Long.toHexString(written),
                attributes.lastModifiedTime().toInstant());
    }

    private static boolean isHidden(Path file) {
        return file.getFileName().toString().startsWith(HIDDEN);
    }

    /** Deletes the temporary files of dead processes below the prefix of a listing; a live one holds a lock on its own. */
    public void sweepUnfinished(@Variable("listing") ObjectListing listing) {
        at(root.resolve(listing.prefix()), folder -> {
            visit(folder, (file, attributes) -> {
                if (UNFINISHED.matcher(file.getFileName().toString()).matches()) {
                    sweep(file);
                }
            });
            return null;
        });
    }

    private static void sweep(Path file) throws IOException {
        try (FileChannel left = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (isLocked(left, false)) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // Its process has just finished it.
            return;
        }
    }

    /**
     * Marks a temporary file as that of a live process. The byte lies behind every end, so that Windows lets others read
     * the rest.
     *
     * @param unsupported the result on a file system that has no locks
     */
    private static boolean isLocked(FileChannel temporary, boolean unsupported) {
        try {
            return temporary.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            return unsupported;
        }
    }

    /** Opens an object. */
    public InputStream get(@Body String key) {
        return at(file(key), file -> {
            requireInside(file);
            return Files.newInputStream(file);
        });
    }

    /** Checks that there is an object. */
    public void require(@Body String key) {
        at(file(key), file -> Files.readAttributes(file, BasicFileAttributes.class));
    }

    /** Creates an object, whole or not at all; one that is there stays. */
    public void create(@Body StagedObject object) {
        put(object, this::link);
    }

    /** Puts an object in the place of the one that is there, atomically. */
    public void replace(@Body StagedObject object) {
        put(
                object,
                (temporary, file) -> Files.move(
                        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
    }

    private void put(StagedObject object, ThrowingBiConsumer<Path, Path, IOException> publication) {
        at(file(object.key()), file -> {
            for (int attempt = 1; ; attempt++) {
                try {
                    tryPut(object.file().toPath(), file, publication);
                    return null;
                } catch (NoSuchFileException e) {
                    // Another process has swept the temporary file or the empty folder.
                    if (attempt == MAX_ATTEMPTS || !Files.exists(object.file().toPath())) {
                        throw e;
                    }
                }
            }
        });
    }

    private void tryPut(Path from, Path file, ThrowingBiConsumer<Path, Path, IOException> publication)
            throws IOException {
        makeFolder(file.getParent());
        requireInside(file.getParent());
        Path temporary = file.resolveSibling(HIDDEN + file.getFileName() + HIDDEN + UUID.randomUUID() + ".part");
        try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel target =
                        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (!isLocked(target, true)) {
                // Somebody sweeps it already.
                throw new NoSuchFileException(temporary.toString());
            }
            OutputFile.makePrivate(temporary);
            copy(source, target);
            target.force(true);
            publication.accept(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
        sync(file.getParent());
    }

    private static void copy(FileChannel source, FileChannel target) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (source.read(buffer) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                target.write(buffer);
            }
            buffer.clear();
        }
    }

    private void link(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (FileSystemException e) {
            if (e.getReason() != null && NO_HARD_LINKS.matcher(e.getReason()).matches()) {
                throw noHardLinks(e.getReason(), e);
            }
            throw e;
        } catch (UnsupportedOperationException e) {
            throw noHardLinks("not supported", e);
        }
    }

    private ConfigError noHardLinks(String reason, Exception failure) {
        return new ConfigError(
                ExitCode.LOCAL_DISK,
                "The file system of the folder " + destination.folder() + " has no hard links (" + reason
                        + "), and without them two runs could destroy each other's commit.",
                "Set LAKE_PATH to a folder on a local disk (ext4, APFS, NTFS), or use a bucket. FAT and some network"
                        + " drives have no hard links.",
                failure);
    }

    /** Deletes an object, and its folder if nothing else is in it. */
    public void delete(@Body String key) {
        at(file(key), file -> {
            try {
                requireInside(file.getParent());
                Files.deleteIfExists(file);
                Files.delete(file.getParent());
            } catch (NoSuchFileException | DirectoryNotEmptyException e) {
                return null;
            }
            return null;
        });
    }

    /** Makes folders for their owner only; another process may make the same one. */
    private void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        makeFolder(folder.getParent());
        try {
            OutputFile.makePrivateFolder(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new NotDirectoryException(folder.toString());
            }
        }
        sync(folder.getParent());
    }

    /** Makes a new name durable; Windows cannot open a folder, and needs no such call. */
    private static void sync(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
                open.force(true);
            }
        }
    }

    /** Requires a folder that can be written, before a run spends requests on what it could not keep. */
    private void requireUsable() throws IOException {
        Path there = root;
        while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            throw new NotDirectoryException(there.toString());
        }
        if (!Files.isWritable(there)) {
            throw new AccessDeniedException(there.toString());
        }
    }

    /** A link inside the lake must not make this program read or write a file outside. */
    private void requireInside(Path path) throws IOException {
        if (!path.toRealPath().startsWith(root.toRealPath())) {
            throw new ConfigError(
                    ExitCode.LOCAL_DISK,
                    path + " is a link that leads out of the folder " + destination.folder() + ".",
                    "Replace the link by what it leads to, or set LAKE_PATH to the folder that holds all of it.");
        }
    }

    private void visit(Path folder, ThrowingBiConsumer<Path, BasicFileAttributes, IOException> visitor)
            throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes)
                            throws IOException {
                        if (!visited.equals(folder) && isHidden(visited)) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        requireInside(visited);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (attributes.isRegularFile()) {
                            visitor.accept(file, attributes);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            // Another process has deleted it.
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                        if (failure != null && !(failure instanceof NoSuchFileException)) {
                            throw failure;
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private Path file(String key) {
        return root.resolve(destination.key(key));
    }

    private static <T> T at(Path path, ThrowingFunction<Path, T, IOException> step) {
        try {
            return step.apply(path);
        } catch (NoSuchFileException e) {
            throw new StoreException(Kind.MISSING, e);
        } catch (FileAlreadyExistsException e) {
            throw new StoreException(Kind.TAKEN, e);
        } catch (AccessDeniedException e) {
            throw new StoreException(Kind.DENIED, e);
        } catch (FileSystemException e) {
            throw new StoreException(Kind.FAILED, e);
        } catch (IOException e) {
            // Java does not name the file on a full disk.
            FileSystemException named = new FileSystemException(path.toString(), null, e.getMessage());
            named.initCause(e);
            throw new StoreException(Kind.FAILED, named);
        }
    }
}
