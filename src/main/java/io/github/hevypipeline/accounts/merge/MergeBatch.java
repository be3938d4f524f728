package io.github.hevypipeline.accounts.merge;

import io.github.hevypipeline.accounts.AccountCommit;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.schema.Column;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The commits that one pass over the tables merges, and its statements in order.
 *
 * <p>Not thread-safe. Each statement is one transaction that may be repeated: a merge that breaks off is begun anew.
 */
public final class MergeBatch {
    private static final String PACKAGE = "columns of the package of ";
    private static final String TARGET = "columns of ";
    private static final String DELETIONS = "deletions";
    private static final String MERGED = "hevy_raw.";

    private final MergePlan merge;

    private final Destination destination;
    private final DatasetSchema schema;
    private final int buckets;
    private final List<String> keys;
    private final List<Map<String, Object>> commits = new ArrayList<>();
    /** By table the files of its packages. */
    private final SortedMap<String, SortedSet<String>> files = new TreeMap<>();

    private final Map<String, Set<String>> packageColumns = new HashMap<>();
    private final Map<String, Set<String>> targetColumns = new HashMap<>();
    private final Set<String> deletions = new TreeSet<>();
    private String changedBuckets = "";

    MergeBatch(MergePlan merge, Destination destination, DatasetSchema schema, int buckets, List<String> keys) {
        this.merge = merge;
        this.destination = destination;
        this.schema = schema;
        this.buckets = buckets;
        this.keys = List.copyOf(keys);
    }

    /** The keys of its commits. */
    public List<String> getKeys() {
        return keys;
    }

    /** Takes a commit. */
    void add(String key, InputStream bytes) throws IOException {
        AccountCommit commit = AccountCommit.read(key, bytes);
        String watermark = commit.state().watermarks().get("workouts");
        merge.take(commit.accountId());
        commits.add(Map.of(
                "accountId", commit.accountId(),
                "sequence", commit.sequence(),
                "loadId", commit.loadId(),
                "watermark", watermark == null ? "cast(null as string)" : MergeSql.literal(watermark)));
        commit.tables().forEach((table, file) -> files.computeIfAbsent(table, t -> new TreeSet<>())
                .add(destination.key(file.key())));
    }

    /** Whether another driver has merged and deleted all of its commits. */
    public boolean isEmpty() {
        return commits.isEmpty();
    }

    /** The steps that come first: the columns of packages and tables. The rows of some are for {@link #learn}. */
    public List<SqlStep> readSteps() {
        List<SqlStep> steps = new ArrayList<>();
        steps.add(step("committed", "committed", Map.of("buckets", buckets, "commits", commits)));
        steps.add(step("buckets", "buckets", Map.of()));
        for (String table : files.keySet()) {
            String path = DeltaMerge.location(destination, "s3a") + "packages/"
                    + files.get(table).stream()
                            .map(key ->
                                    key.substring(destination.accountsFolder().length() + "packages/".length()))
                            .map(key -> key.substring(0, key.indexOf('/')))
                            .collect(Collectors.joining(",", "{", "}"))
                    + "/" + table + ".parquet";
            steps.add(step("files of " + table, "package_files", Map.of("view", view(table), "path", path)));
            steps.add(step("package of " + table, "package_rows", Map.of("view", view(table))));
            steps.add(new SqlStep(PACKAGE + table, "", "describe parquet_of_" + view(table)));
        }
        List<String> roots = files.keySet().stream()
                .filter(table -> table.equals(root(table)))
                .toList();
        if (!roots.isEmpty()) {
            steps.add(step(
                    DELETIONS,
                    "deletions",
                    Map.of(
                            "packages",
                            roots.stream()
                                    .map(table -> Map.of("table", table, "view", view(table)))
                                    .toList())));
        }
        steps.addAll(merge.steps(affected()));
        for (String table : affected()) {
            steps.add(new SqlStep(TARGET + table, "", "describe hevy_raw." + MergeSql.identifier(table)));
        }
        return steps;
    }

    private static String view(String table) {
        return MergeSql.identifier("package_of_" + table).replace("`", "");
    }

    /** The tables with rows in the packages, and those whose rows may be stale: all of the roots that have rows. */
    private List<String> affected() {
        Set<String> tables = new TreeSet<>(files.keySet());
        files.keySet().forEach(table -> tables.addAll(merge.family(root(table))));
        return List.copyOf(tables);
    }

    private static String root(String table) {
        int end = table.indexOf("__");
        return end < 0 ? table : table.substring(0, end);
    }

    /** Takes the rows of a step. */
    void learn(SqlStep step, Object rows) {
        if (step.name().equals("buckets")) {
            changedBuckets = String.valueOf(DeltaMerge.rows(rows).get(0).get("buckets"));
        } else if (step.name().equals(DELETIONS)) {
            DeltaMerge.rows(rows).forEach(row -> deletions.add(String.valueOf(row.get("table_name"))));
        } else if (step.name().startsWith(MERGED)) {
            DeltaMerge.rows(rows)
                    .forEach(row -> merge.changed(
                            step.name().substring(MERGED.length()),
                            ((Number) row.get("num_affected_rows")).longValue()));
        } else if (step.name().startsWith(PACKAGE)) {
            packageColumns.put(step.name().substring(PACKAGE.length()), names(rows));
        } else if (step.name().startsWith(TARGET)) {
            targetColumns.put(step.name().substring(TARGET.length()), names(rows));
        }
    }

    private static Set<String> names(Object rows) {
        Set<String> names = new LinkedHashSet<>();
        for (Map<String, Object> row : DeltaMerge.rows(rows)) {
            String name = String.valueOf(row.get("col_name"));
            if (name.isEmpty() || name.startsWith("#")) {
                break;
            }
            names.add(name);
        }
        return names;
    }

    /** The steps that change the tables: new columns, tombstones, root tables, their children, and last the accounts. */
    public List<SqlStep> mergeSteps() {
        List<SqlStep> steps = new ArrayList<>();
        for (String table : files.keySet()) {
            Set<String> added = new LinkedHashSet<>(packageColumns.get(table));
            added.removeAll(targetColumns.get(table));
            added.remove("_deleted");
            if (!added.isEmpty()) {
                targetColumns.get(table).addAll(added);
                steps.add(step(
                        "new columns of " + table,
                        "add_columns",
                        Map.of(
                                "name", MergeSql.identifier(table),
                                "columns",
                                        added.stream().map(MergeSql::identifier).toList())));
            }
        }
        for (String table : deletions) {
            steps.add(step("tombstones of " + table, "merge_tombstones", variables(table)));
        }
        for (String table : files.keySet()) {
            if (table.equals(root(table))) {
                steps.add(step(MERGED + table, "merge_root", variables(table)));
            }
        }
        for (String table : affected()) {
            if (!table.equals(root(table))) {
                steps.add(step(MERGED + table, "merge_child", variables(table)));
            }
        }
        steps.add(step(MERGED + "_accounts", "merge_accounts", Map.of("buckets", changedBuckets)));
        return steps;
    }

    private Map<String, Object> variables(String table) {
        Map<String, Column> declared = new LinkedHashMap<>();
        if (schema.declares(table)) {
            schema.table(table).columns().forEach(column -> declared.put(column.name(), column));
        }
        Set<String> target = new LinkedHashSet<>(targetColumns.get(table));
        target.removeAll(Set.of("account_id", "bucket", "_root_id", "_dlt_load_id"));
        Map<String, Object> variables = new HashMap<>();
        variables.put("table", table);
        variables.put("name", MergeSql.identifier(table));
        variables.put("root", MergeSql.identifier(root(table)));
        variables.put("buckets", changedBuckets);
        variables.put("columns", MergeSql.columns(target, declared, packageColumns.getOrDefault(table, Set.of())));
        variables.put(
                "view",
                files.containsKey(table)
                        ? view(table)
                        : "(select cast(null as string) as account_id, 0 as bucket, cast(null as string) as _root_id,"
                                + " cast(null as string) as _dlt_load_id, cast(null as string) as _dlt_id where false)");
        return variables;
    }

    private static SqlStep step(String name, String file, Map<String, Object> variables) {
        return new SqlStep(name, file + ".sql", MergeSql.render(file, variables));
    }
}
