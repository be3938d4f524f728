package io.github.hevypipeline.raw;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of one load under way: the pages as they came, the files made from them, and a journal of the objects that
 * the load touches on S3.
 *
 * <p>Immutable; its files belong to one run. What a killed run leaves here tells the next one what to remove.
 *
 * @param folder named after the load id
 */
record LoadPackage(Path folder) {
    private static final String JOURNAL = "journal.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a load puts and, once committed, deletes; written before the first PUT.
     *
     * @param baseSequence the commit that the load follows
     * @param stateKey the key of its state
     * @param dataPaths paths in the dataset of the files it puts and of those that its commit supersedes
     */
    record Journal(long baseSequence, String stateKey, List<String> dataPaths) {}

    static LoadPackage create(Path folder) throws IOException {
        return new LoadPackage(Files.createDirectories(folder));
    }

    /** Where a page is kept as it came. */
    Path page(Resource resource, int page) throws IOException {
        Path pages = Files.createDirectories(folder.resolve("pages").resolve(resource.name()));
        return pages.resolve("%06d.json".formatted(page));
    }

    Path staged() {
        return folder.resolve("staged");
    }

    Path merged() {
        return folder.resolve("merged");
    }

    Path state() {
        return folder.resolve("state.parquet");
    }

    Path commit() {
        return folder.resolve("commit.parquet");
    }

    void write(Journal journal) throws IOException {
        Path arriving = folder.resolve(JOURNAL + ".part");
        JSON.writeValue(arriving.toFile(), journal);
        Files.move(arriving, folder.resolve(JOURNAL));
    }

    /** The journal; empty if the load had put nothing. */
    Optional<Journal> journal() throws IOException {
        Path journal = folder.resolve(JOURNAL);
        return Files.exists(journal) ? Optional.of(JSON.readValue(journal.toFile(), Journal.class)) : Optional.empty();
    }

    /** Removes the package from disk. */
    void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(LoadPackage::deleteFile);
        } catch (IOException e) {
            throw notRemoved(e);
        } catch (UncheckedIOException e) {
            throw notRemoved(e.getCause());
        }
    }

    private static void deleteFile(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SystemError notRemoved(IOException cause) {
        return new SystemError(
                ExitCode.LOCAL_DISK,
                "The load package " + folder + " cannot be removed: " + cause.getMessage() + ".",
                "Allow writing to the folder, and run again.",
                cause);
    }
}
