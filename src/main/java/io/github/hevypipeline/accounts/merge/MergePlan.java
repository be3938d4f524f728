package io.github.hevypipeline.accounts.merge;

import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.KeyListing;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which commits one merge takes, in batches: those with a higher sequence than the account's last merged one.
 *
 * <p>Not thread-safe; it belongs to one merge.
 */
public final class MergePlan {
    private static final int MAX_BATCH = 500;

    private final Destination destination;
    private final DatasetSchema schema;
    private final int buckets;
    private final String tables;
    private final List<String> unmerged = new ArrayList<>();
    private final List<String> superseded = new ArrayList<>();
    private int next;

    MergePlan(
            Destination destination,
            DatasetSchema schema,
            int buckets,
            String tables,
            KeyListing commits,
            List<Map<String, Object>> accounts) {
        this.destination = destination;
        this.schema = schema;
        this.buckets = buckets;
        this.tables = tables;
        Map<String, Long> merged = new HashMap<>();
        accounts.forEach(
                row -> merged.put(row.get("account_id").toString(), ((Number) row.get("sequence")).longValue()));
        Map<String, String> newest = new HashMap<>();
        commits.keys().forEach(key -> newest.put(account(commits, key), key));
        for (String key : commits.keys()) {
            if (sequence(key) > merged.getOrDefault(account(commits, key), 0L)) {
                unmerged.add(key);
            }
            if (!key.equals(newest.get(account(commits, key)))) {
                superseded.add(key);
            }
        }
    }

    private static String account(KeyListing commits, String key) {
        return key.substring(commits.prefix().length(), key.lastIndexOf('/'));
    }

    private static long sequence(String key) {
        return Long.parseLong(key.substring(key.lastIndexOf('/') + 1, key.lastIndexOf('.')));
    }

    /** The number of commits to merge. */
    public int getSize() {
        return unmerged.size();
    }

    /** Whether there is another batch. */
    public boolean isUnfinished() {
        return next < unmerged.size();
    }

    /** Begins the next batch. The commits of an account stay in the order of their sequence. */
    public MergeBatch next() {
        int from = next;
        next = Math.min(unmerged.size(), from + MAX_BATCH);
        return new MergeBatch(destination, schema, buckets, tables, unmerged.subList(from, next));
    }

    /** The merged commits that are not their account's newest, to be deleted after the last batch. */
    public List<String> getSuperseded() {
        return List.copyOf(superseded);
    }
}
