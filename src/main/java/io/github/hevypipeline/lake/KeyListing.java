package io.github.hevypipeline.lake;

import io.github.hevypipeline.lake.internal.ListedObject;
import io.github.hevypipeline.lake.internal.ObjectListing;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Lists the keys under one prefix that this program may have written.
 *
 * <p>Not thread-safe; it belongs to one run.
 */
public final class KeyListing extends ObjectListing {
    private final Pattern names;
    private final SortedSet<String> keys = new TreeSet<>();
    private final Set<String> others = new HashSet<>();

    /**
     * Begins at the first page.
     *
     * @param prefix a whole one, with its slash at the end
     * @param names what may follow the prefix; an object of any other name is not ours, and is left alone
     */
    public KeyListing(Destination destination, String prefix, Pattern names) {
        super(destination, prefix);
        this.names = names;
    }

    @Override
    protected boolean add(ListedObject object) {
        String key = object.key();
        boolean isOurs = key.startsWith(prefix())
                && names.matcher(key.substring(prefix().length())).matches();
        return isOurs ? keys.add(key) : others.add(key);
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
