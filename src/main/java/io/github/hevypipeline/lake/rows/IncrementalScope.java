package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.ItemDeduplicator;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps the committed roots that the fetched changes do not mention.
 *
 * <p>Immutable.
 *
 * @param mentioned the row keys of the roots that were changed or deleted
 * @param touchedParts the partitions that hold them
 */
public record IncrementalScope(Set<String> mentioned, Set<String> touchedParts) implements Merge.Scope {
    public static IncrementalScope of(LoadTransaction load, Resource resource) throws IOException {
        ItemDeduplicator items = load.items(resource);
        Set<String> mentioned = new HashSet<>();
        Set<String> touchedParts = new HashSet<>();
        if (!items.isEmpty()) {
            RootKeyIndex committed = load.committedRoots(resource);
            items.existing().forEach(id -> mentioned.add(committed.keyOf(id)));
            items.deleted().forEach(id -> mentioned.add(committed.keyOf(id)));
            for (String key : mentioned) {
                String part = committed.part(key);
                if (part != null) {
                    touchedParts.add(part);
                }
            }
        }
        return new IncrementalScope(mentioned, touchedParts);
    }

    @Override
    public boolean touches(String part) {
        return touchedParts.contains(part);
    }

    @Override
    public boolean keeps(String key) {
        return !mentioned.contains(key);
    }
}
