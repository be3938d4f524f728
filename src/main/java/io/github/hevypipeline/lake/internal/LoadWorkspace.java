package io.github.hevypipeline.lake.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.rows.StagedFile;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of one load: its pages as they came, the files made from them, and a journal of the objects that it touches
 * on S3.
 *
 * <p>Immutable; its files belong to one run. From the workspace of a killed run the next one resumes, or cleans up.
 *
 * @param folder named after the load id
 */
public record LoadWorkspace(Path folder) {
    private static final String ORIGIN = "load.json";
    private static final String JOURNAL = "journal.json";
    private static final String PAGE_ENDING = ".json";
    /** A newer version may have added fields. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * Where a load comes from; written before anything is fetched.
     *
     * @param loadId its id
     * @param startedAt when it began to fetch, as ISO 8601
     * @param baseSequence the commit that it follows
     * @param source tells accounts apart, without naming them
     * @param resources what it fetches
     */
    public record Origin(String loadId, String startedAt, long baseSequence, String source, List<String> resources) {
        public Origin {
            if (loadId == null || !DatasetPath.isLoadId(loadId)) {
                throw new IllegalArgumentException("not a load id: " + loadId);
            }
            Objects.requireNonNull(source, "source");
            resources = List.copyOf(resources);
            Instant.parse(startedAt);
        }

        public Instant startedAtInstant() {
            return Instant.parse(startedAt);
        }
    }

    /**
     * What a load puts and, once committed, deletes; written when all files are made, before the first PUT.
     *
     * @param uploads the files it puts
     * @param superseded the files that its commit makes superfluous
     */
    public record Journal(List<Upload> uploads, List<CommittedFile> superseded) {
        /** Whether it names data objects and files of this workspace alone. */
        private boolean isSound(Path folder) {
            return Stream.concat(uploads.stream().map(Upload::file), superseded.stream())
                            .allMatch(file -> DatasetPath.isData(String.valueOf(file.path())))
                    && uploads.stream()
                            .map(upload -> folder.resolve(upload.local()).normalize())
                            .allMatch(local -> local.startsWith(folder.normalize()));
        }
    }

    /** A file to put, and where it lies in the workspace. */
    public record Upload(CommittedFile file, String local) {
        public Upload {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(local, "local");
        }
    }

    static LoadWorkspace create(Path folder) throws IOException {
        return new LoadWorkspace(Files.createDirectories(folder));
    }

    /** Where a page is kept as it came. */
    public Path page(Resource resource, int pass, int page) throws IOException {
        Path pages = pass(resource, pass);
        if (!Files.isDirectory(pages)) {
            Files.createDirectories(pages);
        }
        return pages.resolve(String.format(Locale.ROOT, "%06d", page) + PAGE_ENDING);
    }

    /** The pages of one pass, by their numbers. */
    public SortedMap<Integer, Path> pages(Resource resource, int pass) throws IOException {
        SortedMap<Integer, Path> pages = new TreeMap<>();
        if (Files.isDirectory(pass(resource, pass))) {
            try (Stream<Path> files = Files.list(pass(resource, pass))) {
                files.filter(file -> file.toString().endsWith(PAGE_ENDING)).forEach(file -> {
                    String name = file.getFileName().toString();
                    pages.put(Integer.valueOf(name.substring(0, name.length() - PAGE_ENDING.length())), file);
                });
            }
        }
        return pages;
    }

    /** The passes that have pages, in their order. */
    public List<Integer> passes(Resource resource) throws IOException {
        if (!Files.isDirectory(pages(resource))) {
            return List.of();
        }
        try (Stream<Path> passes = Files.list(pages(resource))) {
            return passes.map(pass -> Integer.valueOf(pass.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    /** Removes the pages of a resource. */
    public void deletePages(Resource resource) {
        delete(pages(resource));
    }

    /** Removes the pages of the passes over the feed of changes. */
    public void deleteEventPages(Resource resource) throws IOException {
        for (int pass : passes(resource)) {
            if (pass > 0) {
                delete(pass(resource, pass));
            }
        }
    }

    /** When the pages of the list arrived. */
    public SortedMap<Integer, Instant> arrivals(Resource resource) throws IOException {
        SortedMap<Integer, Instant> arrivals = new TreeMap<>();
        for (Map.Entry<Integer, Path> page : pages(resource, 0).entrySet()) {
            arrivals.put(
                    page.getKey(), Files.getLastModifiedTime(page.getValue()).toInstant());
        }
        return arrivals;
    }

    /** Removes the pages of the list that arrived before a time. */
    public void deletePagesBefore(Resource resource, Instant time) throws IOException {
        for (Path page : pages(resource, 0).values()) {
            if (Files.getLastModifiedTime(page).toInstant().isBefore(time)) {
                Files.delete(page);
            }
        }
    }

    /** Where the pages of a resource are kept. */
    public Path pages(Resource resource) {
        return folder.resolve("pages").resolve(resource.name());
    }

    private Path pass(Resource resource, int pass) {
        return pages(resource).resolve(String.format(Locale.ROOT, "%03d", pass));
    }

    public Path staged() {
        return folder.resolve("staged");
    }

    public Path merged() {
        return folder.resolve("merged");
    }

    public Path state() {
        return folder.resolve("state.parquet");
    }

    public Path commit() {
        return folder.resolve("commit.parquet");
    }

    public void write(Origin origin) throws IOException {
        write(ORIGIN, origin);
    }

    /** Where the load comes from; empty if it was killed before it was written. */
    public Optional<Origin> origin() throws IOException {
        return read(ORIGIN, Origin.class);
    }

    public void write(PendingCommit prepared) throws IOException {
        List<Upload> uploads = prepared.uploads().stream()
                .map(upload -> new Upload(
                        upload.file(), folder.relativize(upload.local()).toString()))
                .toList();
        write(JOURNAL, new Journal(uploads, prepared.superseded()));
    }

    /** The journal; empty if the load had put nothing. */
    public Optional<Journal> journal() throws IOException {
        Optional<Journal> journal = read(JOURNAL, Journal.class);
        if (journal.isPresent() && !journal.get().isSound(folder)) {
            throw damaged(folder.resolve(JOURNAL), "it names files that no load has", null);
        }
        return journal;
    }

    /** The files of a journal, if all of them are still here. */
    public Optional<List<StagedFile>> uploads(Journal journal) throws IOException {
        List<StagedFile> uploads = journal.uploads().stream()
                .map(upload -> new StagedFile(upload.file(), folder.resolve(upload.local())))
                .toList();
        for (StagedFile upload : uploads) {
            boolean whole = Files.exists(upload.local())
                    && Sha256.hexOf(upload.local()).equals(upload.file().sha256());
            if (!whole) {
                return Optional.empty();
            }
        }
        return Optional.of(uploads);
    }

    private void write(String name, Object value) throws IOException {
        Path arriving = folder.resolve(name + ".part");
        JSON.writeValue(arriving.toFile(), value);
        Files.move(arriving, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private <T> Optional<T> read(String name, Class<T> type) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), type));
        } catch (JsonProcessingException e) {
            throw damaged(file, e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads all that the next run would read of it.
     *
     * @throws SystemError if something is damaged, or was written by a program with other names
     */
    public void requireReadable(List<Resource> resources) throws IOException {
        origin();
        journal();
        for (Resource resource : resources) {
            try {
                for (int pass : passes(resource)) {
                    pages(resource, pass);
                }
            } catch (NumberFormatException e) {
                throw damaged(pages(resource), "it has a name that is no number", e);
            }
        }
    }

    private SystemError damaged(Path file, String reason, Exception origin) {
        return new SystemError(
                ExitCode.LOCAL_DISK,
                "The file " + file + " of a load workspace is damaged: " + reason + ".",
                "Delete the folder " + folder + ", and run again.",
                origin);
    }

    /** Deletes the workspace. */
    public void delete() {
        delete(folder);
    }

    private void delete(Path removed) {
        if (!Files.exists(removed)) {
            return;
        }
        try (Stream<Path> files = Files.walk(removed)) {
            files.sorted(Comparator.reverseOrder()).forEach(LoadWorkspace::deleteFile);
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
                "The load workspace " + folder + " cannot be removed: " + cause.getMessage() + ".",
                "Allow writing to the folder, and run again.",
                cause);
    }
}
