package io.github.hevypipeline.accounts.merge;

import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.KeyListing;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One merge: the tables that Spark knows, which commits are merged in which batches, and what has changed.
 *
 * <p>Not thread-safe.
 */
public final class MergePlan {
    /** The step whose rows are the tables that Spark knows. */
    static final String KNOWN = "known tables";

    private static final int MAX_BATCH = 500;

    private final long begunAt = System.nanoTime();
    private final Destination destination;
    private final DatasetSchema schema;
    private final int buckets;
    private final String tables;
    private final Set<String> known = new HashSet<>();
    private final List<String> unmerged = new ArrayList<>();
    private final List<String> superseded = new ArrayList<>();
    private final Set<String> accounts = new HashSet<>();
    /** By table the rows that were written or deleted. */
    private final SortedMap<String, Long> rows = new TreeMap<>();

    private int next;

    MergePlan(Destination destination, DatasetSchema schema, int buckets, String tables) {
        this.destination = destination;
        this.schema = schema;
        this.buckets = buckets;
        this.tables = tables;
    }

    /** Takes the tables that Spark knows. */
    void know(List<Map<String, Object>> found) {
        found.forEach(row -> known.add(String.valueOf(row.get("tableName"))));
    }

    /** The steps that make what a merge looks at, unless Spark knows it. */
    public List<SqlStep> prepareSteps() {
        List<SqlStep> steps = new ArrayList<>();
        for (String table : List.of("_accounts", "_tombstones")) {
            if (known.add(table)) {
                steps.add(DeltaMerge.create(tables, table));
                steps.add(DeltaMerge.register(tables, table));
            }
        }
        return steps;
    }

    /** The steps that make the tables that models read, unless Spark knows them. */
    public List<SqlStep> declaredSteps() {
        return steps(schema.tables().keySet());
    }

    /** The steps that make these tables, unless Spark knows them. */
    List<SqlStep> steps(Collection<String> needed) {
        List<SqlStep> steps = new ArrayList<>();
        for (String table : needed) {
            if (known.add(table)) {
                steps.addAll(DeltaMerge.tableSteps(tables, schema, table));
            }
        }
        return steps;
    }

    /** The tables of a root table's items: the declared ones and those that Spark knows. */
    List<String> family(String root) {
        Set<String> family = new HashSet<>(schema.family(root));
        known.stream().filter(table -> table.startsWith(root + "__")).forEach(family::add);
        return family.stream().sorted().toList();
    }

    /** Compares the commits in the lake with the rows of {@code _accounts}. */
    void plan(KeyListing commits, List<Map<String, Object>> merged) {
        Map<String, Long> sequences = new HashMap<>();
        merged.forEach(
                row -> sequences.put(row.get("account_id").toString(), ((Number) row.get("sequence")).longValue()));
        Map<String, String> newest = new HashMap<>();
        commits.keys().forEach(key -> newest.put(account(commits, key), key));
        for (String key : commits.keys()) {
            if (sequence(key) > sequences.getOrDefault(account(commits, key), 0L)) {
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

    /** The number of commits that no batch has taken yet. */
    public int getWaiting() {
        return unmerged.size() - next;
    }

    /** Whether there is another batch. */
    public boolean isUnfinished() {
        return next < unmerged.size();
    }

    /** Begins the next batch. The commits of an account stay in the order of their sequence. */
    public MergeBatch next() {
        int from = next;
        next = Math.min(unmerged.size(), from + MAX_BATCH);
        return new MergeBatch(this, destination, schema, buckets, unmerged.subList(from, next));
    }

    /** An account of a batch. */
    void take(String accountId) {
        accounts.add(accountId);
    }

    /** A table has changed. */
    void changed(String table, long affected) {
        rows.merge(table, affected, Long::sum);
    }

    /** The merged commits that are not their account's newest, to be deleted after the last batch. */
    public List<String> getSuperseded() {
        return List.copyOf(superseded);
    }

    /** How many accounts were merged. */
    public int getAccounts() {
        return accounts.size();
    }

    /** By table the rows that were written or deleted. */
    public SortedMap<String, Long> getRows() {
        return new TreeMap<>(rows);
    }

    /** How long it has taken so far. */
    public Duration getTime() {
        return Duration.ofNanos(System.nanoTime() - begunAt);
    }
}
