package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Manifest;
import io.github.hevypipeline.lake.rows.StagedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Local copies of committed raw files, so that they are not downloaded for every transform.
 *
 * <p>Thread-safe as long as one run uses the folder. A file is in the cache only if it is whole: it arrives under
 * another name and is checked before it is moved.
 */
public final class FileCache {
    private final Path folder;

    public FileCache(Path folder) {
        this.folder = folder;
    }

    public Path path(CommittedFile file) {
        return folder.resolve(DatasetPath.require(file.path()));
    }

    /** Which of these files are not here; a file of another size counts as missing. */
    public List<CommittedFile> missing(List<CommittedFile> files) {
        return files.stream().filter(file -> !holds(file)).toList();
    }

    private boolean holds(CommittedFile file) {
        try {
            return Files.size(path(file)) == file.bytes();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Stores a downloaded file.
     *
     * @throws DamagedFileException if its bytes are not those that were committed
     */
    public void store(CommittedFile file, InputStream bytes) throws IOException {
        Path target = path(file);
        Path arriving = target.resolveSibling(target.getFileName() + ".part");
        Files.createDirectories(target.getParent());
        try (bytes) {
            Files.copy(bytes, arriving, StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Sha256.hexOf(arriving).equals(file.sha256())) {
            Files.delete(arriving);
            throw new DamagedFileException(file);
        }
        Files.move(arriving, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether the local copy is, byte for byte, what was committed. */
    public boolean isWhole(CommittedFile file) throws IOException {
        return holds(file) && Sha256.hexOf(path(file)).equals(file.sha256());
    }

    /** Deletes the local copy of a file, if there is one. */
    public void delete(CommittedFile file) throws IOException {
        Files.deleteIfExists(path(file));
    }

    /** Moves a file in that has just been committed. */
    public void adopt(StagedFile staged) throws IOException {
        Path target = path(staged.file());
        Files.createDirectories(target.getParent());
        Files.move(staged.local(), target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes every file that is not in the manifest. */
    public void retain(Manifest manifest) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        Set<Path> current = new HashSet<>();
        manifest.files().forEach(file -> current.add(path(file)));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!current.contains(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Where the files of each table lie; only for a manifest of which none is missing. */
    public SortedMap<String, List<Path>> paths(Manifest manifest) {
        SortedMap<String, List<Path>> paths = new TreeMap<>();
        manifest.tables()
                .forEach((table, files) ->
                        paths.put(table, files.stream().map(this::path).toList()));
        return paths;
    }
}
