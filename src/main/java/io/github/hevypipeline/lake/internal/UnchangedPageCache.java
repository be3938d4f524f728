package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.project.Program;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers pages that changed nothing, so that an unchanged run can skip them. Thread-safe.
 *
 * <p>The rows of a load depend on its pages, on the base commit and on the program; the same three change nothing again.
 * Saves a tenth of the CPU time of an unchanged run of 600 workouts: 2.54 s instead of 2.83 s, the medians of 12 runs.
 */
public final class UnchangedPageCache {
    /** Longer lists are rare, and landed while they are fetched. */
    private static final int MAX_PAGES = 100;

    private final WorkFolder folder;
    private final FileCache cache;

    public UnchangedPageCache(WorkFolder folder, FileCache cache) {
        this.folder = folder;
        this.cache = cache;
    }

    /** Whether the list of a resource may be remembered; only the whole list can be compared. */
    public boolean mayHold(Resource resource) throws IOException {
        return isComparable(resource)
                && resource.events() == null
                && folder.knownPages(resource.name()).isPresent();
    }

    /** Whether the fetched pages of a resource are those that changed nothing. */
    public boolean hold(LoadTransaction load, Resource resource) throws IOException {
        Optional<String> noted = folder.knownPages(resource.name());
        return isComparable(resource)
                && noted.isPresent()
                && noted.equals(fingerprint(load, load.getBase(), resource))
                && isCommittedWhole(load, resource);
    }

    /** Remembers the fetched pages of a resource, which change nothing in a commit; it may be the load's own. */
    public void note(LoadTransaction load, Snapshot committed, Resource resource) throws IOException {
        Optional<String> fingerprint = fingerprint(load, committed, resource);
        if (isComparable(resource)
                && fingerprint.isPresent()
                && !fingerprint.equals(folder.knownPages(resource.name()))) {
            folder.noteKnownPages(resource.name(), fingerprint.get());
        }
    }

    /** What becomes of an export depends also on what the API brings in the same load. */
    private static boolean isComparable(Resource resource) {
        return !resource.exported();
    }

    /** A lost file or a changed column has the same rows written anew. */
    private boolean isCommittedWhole(LoadTransaction load, Resource resource) {
        List<String> family = load.schema().family(resource.table());
        return cache.missing(load.getBase().manifest().files(family)).isEmpty()
                && family.stream().allMatch(table -> load.getBase()
                        .hasSchemaOf(load.schema().table(table)));
    }

    /** Empty if no page or too many were fetched. */
    private Optional<String> fingerprint(LoadTransaction load, Snapshot committed, Resource resource)
            throws IOException {
        MessageDigest digest = Sha256.digest();
        add(digest, Program.id());
        add(digest, committed.sequence() + " " + committed.loadId());
        add(digest, String.valueOf(load.plan(resource).isIncremental()));
        int pages = 0;
        for (int pass : load.files().passes(resource)) {
            for (Map.Entry<Integer, Path> page :
                    load.files().pages(resource, pass).entrySet()) {
                if (++pages > MAX_PAGES) {
                    return Optional.empty();
                }
                add(digest, pass + " " + page.getKey());
                add(digest, Files.readAllBytes(page.getValue()));
            }
        }
        return pages == 0 ? Optional.empty() : Optional.of(HexFormat.of().formatHex(digest.digest()));
    }

    private static void add(MessageDigest digest, String text) {
        add(digest, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The length keeps one part from running into the next. */
    private static void add(MessageDigest digest, byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }
}
