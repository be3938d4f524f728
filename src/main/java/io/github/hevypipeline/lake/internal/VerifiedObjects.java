package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Verifies from a listing alone that the bucket has the committed files: by the manifest's size, and by the ETag and the
 * time of the object when its bytes were last compared, which the work folder remembers.
 *
 * <p>Thread-safe as long as one run uses the folder. ETags differ from server to server, so a new one only raises a
 * doubt, and the file is downloaded; if it is the MD5 of the local copy, as a rule on AWS, there is none.
 */
public final class VerifiedObjects {
    private static final Pattern ETAG = Pattern.compile("[0-9A-Za-z+/=_-]{1,128}");

    private final WorkFolder folder;
    private final FileCache cache;
    private final Map<String, String> listed = new ConcurrentHashMap<>();
    private final Map<String, String> verified = new ConcurrentHashMap<>();

    public VerifiedObjects(WorkFolder folder, FileCache cache) {
        this.folder = folder;
        this.cache = cache;
    }

    /** The paths of the files of a manifest that are missing in the listing or may not be what was committed. */
    public Set<String> doubtful(Manifest manifest, DatasetListing listing) throws IOException {
        verified.clear();
        verified.putAll(folder.knownObjects());
        listed.clear();
        Set<String> doubtful = new HashSet<>();
        for (CommittedFile file : manifest.files()) {
            ListedObject object = listing.object(file.path());
            boolean hasSize = object != null && object.size() == file.bytes();
            if (!hasSize || !isKnown(file, object)) {
                doubtful.add(file.path());
            }
        }
        return doubtful;
    }

    private boolean isKnown(CommittedFile file, ListedObject object) throws IOException {
        String version = version(object);
        listed.put(file.path(), version);
        String before = verified.get(file.path());
        if (before != null) {
            return before.equals(version);
        }
        String etag = etag(object);
        // A server without ETags leaves the size alone to go by, when an object is seen first.
        boolean isTrusted =
                etag.isEmpty() || (cache.missing(List.of(file)).isEmpty() && etag.equals(md5(cache.path(file))));
        if (isTrusted) {
            verified.put(file.path(), version);
        }
        return isTrusted;
    }

    /** The bytes of a file have been downloaded and are right. */
    public void note(CommittedFile file) {
        String version = listed.get(file.path());
        if (version != null) {
            verified.put(file.path(), version);
        }
    }

    /** A file was put back: what the next listing says of it is judged anew. */
    public void forget(CommittedFile file) {
        verified.remove(file.path());
    }

    /** Saves the verified versions of a manifest's files in the work folder. */
    public void save(Manifest manifest) throws IOException {
        Map<String, String> current = new TreeMap<>();
        for (CommittedFile file : manifest.files()) {
            String version = verified.get(file.path());
            if (version != null) {
                current.put(file.path(), version);
            }
        }
        folder.noteKnownObjects(current);
    }

    /** Changes whenever an object is put. */
    private static String version(ListedObject object) {
        return etag(object) + "@" + object.lastModified();
    }

    private static String etag(ListedObject object) {
        return object.etag() != null && ETAG.matcher(object.etag()).matches() ? object.etag() : "";
    }

    private static String md5(Path file) throws IOException {
        MessageDigest digest = md5();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
