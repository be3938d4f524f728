package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.lake.Destination;
import java.util.HashMap;
import java.util.Map;

/**
 * Lists the published marts: every object of the transformed prefix.
 *
 * <p>Not thread-safe; it belongs to one run.
 */
public final class TransformedListing extends ObjectListing {
    private final Map<String, String> versions = new HashMap<>();

    public TransformedListing(Destination destination) {
        super(destination, destination.transformedPrefix() + "/");
    }

    @Override
    protected boolean add(ListedObject object) {
        String path = object.key().startsWith(prefix()) ? object.key().substring(prefix().length()) : object.key();
        String etag = String.valueOf(object.etag()).replaceAll("\\s", "");
        return versions.put(path, object.size() + " " + etag) == null;
    }

    /** Size and ETag of each object by its path in the prefix, separated by a blank. */
    public Map<String, String> sizesAndETags() {
        return Map.copyOf(versions);
    }
}
