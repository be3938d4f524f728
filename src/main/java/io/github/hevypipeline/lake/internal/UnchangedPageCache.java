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
 * The pages that an earlier load has found to bring nothing new to what is committed, noted in the work folder.
 *
 * <p>What a load makes of its pages depends on them, on what is committed and on the program, so the same pages bring
 * nothing new again: they need be neither landed nor compared. Most runs of a schedule are of this kind. Thread-safe.
 */
public final class UnchangedPageCache {
    /** Longer lists are rare, and landed while they are fetched. */
    private static final int MOST_PAGES = 100;

    private final WorkFolder folder;
    private final FileCache cache;

    public UnchangedPageCache(WorkFolder folder, FileCache cache) {
        this.folder = folder;
        this.cache = cache;
    }

    /** Whether the list of a resource may be one that is known, which only the whole of it can tell. */
    public boolean mayHold(Resource resource) throws IOException {
        return resource.events() == null && folder.knownPages(resource.name()).isPresent();
    }

    /** Whether all that a load has fetched of a resource is known to bring nothing new. */
    public boolean hold(LoadTransaction load, Resource resource) throws IOException {
        Optional<String> noted = folder.knownPages(resource.name());
        return noted.isPresent()
                && noted.equals(fingerprint(load, load.getBase(), resource))
                && isCommittedWhole(load, resource);
    }

    /** Notes that all that a load has fetched of a resource brings nothing new to a commit, which may be its own. */
    public void note(LoadTransaction load, Snapshot committed, Resource resource) throws IOException {
        Optional<String> fingerprint = fingerprint(load, committed, resource);
        if (fingerprint.isPresent() && !fingerprint.equals(folder.knownPages(resource.name()))) {
            folder.noteKnownPages(resource.name(), fingerprint.get());
        }
    }

    /** A lost file and other columns are reasons to write anew what is the same. */
    private boolean isCommittedWhole(LoadTransaction load, Resource resource) {
        List<String> family = load.schema().family(resource.name());
        return cache.missing(load.getBase().manifest().files(family)).isEmpty()
                && family.stream().allMatch(table -> load.getBase()
                        .hasSchemaOf(load.schema().table(table)));
    }

    /** Empty if nothing or very much was fetched. */
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
                if (++pages > MOST_PAGES) {
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
