package io.github.hevypipeline.lake;

import io.github.hevypipeline.lake.internal.ListedObject;
import io.github.hevypipeline.lake.internal.ObjectListing;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Lists the keys under one prefix.
 *
 * <p>Not thread-safe; it belongs to one run.
 */
public final class KeyListing extends ObjectListing {
    private final SortedSet<String> keys = new TreeSet<>();

    /** Begins at the first page; {@code prefix} is a whole one, with its slash at the end. */
    public KeyListing(Destination destination, String prefix) {
        super(destination, prefix);
    }

    @Override
    protected boolean add(ListedObject object) {
        return keys.add(object.key());
    }

    /** The keys that were listed so far, in their order. */
    public List<String> keys() {
        return List.copyOf(keys);
    }

    /** The last key in their order; null if there is none. */
    public String getLast() {
        return keys.isEmpty() ? null : keys.last();
    }
}
