package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.files.OutputFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The local folder of one destination, used by one run at a time.
 *
 * <p>Thread-safe. The lock is the operating system's, so it ends with the process however that ends.
 */
public final class WorkFolder implements Closeable {
    private final Path folder;
    private FileChannel lockFile;

    public WorkFolder(Path folder) {
        this.folder = folder;
    }

    public Path cache() {
        return folder.resolve("cache");
    }

    /** Makes the workspace of a load. */
    public LoadWorkspace newWorkspace(String loadId) throws IOException {
        return LoadWorkspace.create(packages().resolve(loadId));
    }

    /** The workspaces that earlier runs have left, oldest first. */
    public List<LoadWorkspace> existingWorkspaces() throws IOException {
        if (!Files.isDirectory(packages())) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(packages())) {
            return folders.sorted().map(LoadWorkspace::new).toList();
        }
    }

    private Path packages() {
        return folder.resolve("packages");
    }

    /**
     * When all of a resource was fetched last: as the state tells, or later here, where a load has found nothing new and
     * so has committed nothing.
     */
    public Optional<Instant> lastFullRefresh(String resource, Optional<Instant> committed) throws IOException {
        Path note = fullRefreshNote(resource);
        if (committed.isEmpty() || !Files.exists(note)) {
            return committed;
        }
        Instant noted = Instant.parse(Files.readString(note));
        return Optional.of(noted.isAfter(committed.get()) ? noted : committed.get());
    }

    public void noteFullRefresh(String resource, Instant at) throws IOException {
        write(fullRefreshNote(resource), at.toString());
    }

    private Path fullRefreshNote(String resource) {
        return folder.resolve(resource + ".refreshed");
    }

    /** The fingerprint of the pages of a resource that brought nothing new, as {@link UnchangedPageCache} makes it. */
    Optional<String> knownPages(String resource) throws IOException {
        Path note = knownPagesNote(resource);
        return Files.exists(note) ? Optional.of(Files.readString(note)) : Optional.empty();
    }

    void noteKnownPages(String resource, String fingerprint) throws IOException {
        write(knownPagesNote(resource), fingerprint);
    }

    private Path knownPagesNote(String resource) {
        return folder.resolve(resource + ".known");
    }

    /** When a load that would delete much was held back for this finding; empty if it was not, or for another. */
    public Optional<Instant> heldDeletions(String finding) throws IOException {
        if (!Files.exists(heldDeletionsNote())) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(heldDeletionsNote());
        return lines.size() == 2 && lines.get(1).equals(finding)
                ? Optional.of(Instant.parse(lines.get(0)))
                : Optional.empty();
    }

    public void noteHeldDeletions(String finding, Instant at) throws IOException {
        write(heldDeletionsNote(), at + "\n" + finding + "\n");
    }

    public void forgetHeldDeletions() throws IOException {
        Files.deleteIfExists(heldDeletionsNote());
    }

    private Path heldDeletionsNote() {
        return folder.resolve("deletions.held");
    }

    /** The version of each object whose bytes were found right, by its path, as {@link VerifiedObjects} keeps them. */
    Map<String, String> knownObjects() throws IOException {
        Map<String, String> known = new TreeMap<>();
        if (Files.exists(knownObjectsNote())) {
            for (String line : Files.readAllLines(knownObjectsNote())) {
                String[] words = line.split(" ", -1);
                if (words.length == 2) {
                    known.put(words[0], words[1]);
                }
            }
        }
        return known;
    }

    void noteKnownObjects(Map<String, String> known) throws IOException {
        if (!known.equals(knownObjects())) {
            write(
                    knownObjectsNote(),
                    known.entrySet().stream()
                            .map(object -> object.getKey() + " " + object.getValue() + "\n")
                            .collect(Collectors.joining()));
        }
    }

    private Path knownObjectsNote() {
        return folder.resolve("objects.known");
    }

    private static void write(Path note, String text) throws IOException {
        Path arriving = note.resolveSibling(note.getFileName() + ".part");
        Files.writeString(arriving, text);
        Files.move(arriving, note, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A place for a file that is read once. */
    public Path scratch(String name) {
        return folder.resolve(name);
    }

    /**
     * Takes the folder for this run; again does nothing.
     *
     * @throws TransientError if another run has it
     */
    public synchronized void lock() throws IOException {
        if (lockFile != null) {
            return;
        }
        OutputFile.makePrivateFolder(folder);
        FileChannel file =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(file)) {
            file.close();
            throw new TransientError(
                    ExitCode.ANOTHER_RUN_WON,
                    "Another run uses the local folder " + folder + ".",
                    "Wait until it has ended, or give this one another DLT_PIPELINE_DIR.");
        }
        lockFile = file;
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (lockFile != null) {
            // Removed while it is still locked: whoever opened it before fails to lock it, whoever comes later makes
            // anew.
            Files.deleteIfExists(folder.resolve("lock"));
            lockFile.close();
            lockFile = null;
        }
    }
}
