package io.github.hevypipeline.accounts.merge;

import io.github.hevypipeline.accounts.AccountPath;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.KeyListing;
import io.github.hevypipeline.lake.Lake;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;

/**
 * Merges committed packages into the Delta tables {@code hevy_raw}: decides which statements run, in which order.
 *
 * <p>Thread-safe. The state of one merge is in its {@link MergePlan} and {@link MergeBatch}.
 */
public final class DeltaMerge {
    private static final Set<String> KEYS = Set.of("account_id", "bucket", "_root_id", "_dlt_load_id", "_rescued");

    private final Destination destination;
    private final DatasetSchema schema;
    private final int buckets;
    private final String location;

    /**
     * @param location the folder or URI of all Delta tables; empty for {@code delta} beside the packages
     * @param buckets the partitions of each table; the same for ever
     */
    public DeltaMerge(Lake lake, String location, int buckets) {
        this.destination = lake.getDestination();
        this.schema = lake.declared();
        this.buckets = buckets;
        this.location = location.isEmpty() ? location(destination, "s3a") + "delta" : location.replaceAll("/+$", "");
    }

    /** Where the objects of many accounts are for Spark, with a slash at the end. */
    static String location(Destination destination, String scheme) {
        return (destination.isFolder()
                        ? destination
                                .root()
                                .toAbsolutePath()
                                .normalize()
                                .toUri()
                                .toString()
                                .replaceAll("/+$", "")
                        : scheme + "://" + destination.bucket())
                + "/" + destination.accountsFolder();
    }

    /** The rows of a query, by column name. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> rows(Object body) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map<String, Object> row : (List<Map<String, Object>>) body) {
            Map<String, Object> named = new LinkedHashMap<>();
            row.forEach((name, value) -> named.put(name.substring(name.lastIndexOf('.') + 1), value));
            rows.add(named);
        }
        return rows;
    }

    /** The steps that make the tables known to Spark, whose catalog forgets them, and those that make them. */
    public List<SqlStep> prepareSteps() {
        List<SqlStep> steps = new ArrayList<>();
        steps.add(new SqlStep("hevy_raw", "", "create schema if not exists hevy_raw"));
        String tables = location + "/hevy_raw";
        for (String table : List.of("_accounts", "_tombstones")) {
            steps.add(new SqlStep(table, "", MergeSql.render("create" + table, Map.of("location", tables))));
            steps.add(register(tables, table));
        }
        schema.tables().keySet().forEach(table -> steps.addAll(tableSteps(tables, schema, table)));
        return steps;
    }

    static List<SqlStep> tableSteps(String tables, DatasetSchema schema, String table) {
        List<Map<String, Object>> columns = schema.table(table).columns().stream()
                .filter(column -> !KEYS.contains(column.name()))
                .map(column -> Map.<String, Object>of(
                        "name", MergeSql.identifier(column.name()), "type", MergeSql.type(column.type())))
                .toList();
        return List.of(
                new SqlStep(
                        table,
                        "",
                        MergeSql.render(
                                "create_table", Map.of("location", tables, "table", table, "columns", columns))),
                register(tables, table));
    }

    private static SqlStep register(String tables, String table) {
        return new SqlStep(
                table,
                "",
                MergeSql.render(
                        "register", Map.of("location", tables, "table", table, "name", MergeSql.identifier(table))));
    }

    /** Begins to list the commits of all accounts. */
    public KeyListing listCommits() {
        return new KeyListing(destination, destination.accountsFolder() + "commits/", AccountPath.COMMIT);
    }

    /** The step that finds the merged accounts; its rows are for {@link #plan}. */
    public SqlStep mergedStep() {
        return new SqlStep("merged accounts", "", "select account_id, sequence from hevy_raw._accounts");
    }

    /** Plans the merge of the listed commits. */
    public MergePlan plan(@Variable("listing") KeyListing commits, @Body Object merged) {
        return new MergePlan(destination, schema, buckets, location + "/hevy_raw", commits, rows(merged));
    }

    /** Takes a commit into the batch. */
    public void add(@Variable("batch") MergeBatch batch, @Variable("key") String key, @Body InputStream bytes)
            throws IOException {
        batch.add(key, bytes);
    }

    /** Takes the rows of a step that reads. */
    public void learn(@Variable("batch") MergeBatch batch, @Variable("step") SqlStep step, @Body Object rows) {
        batch.learn(step, rows);
    }

    /** Throws the failure of a step. The next merge goes on where this one ended. */
    public void fail(@Variable("step") SqlStep step, @ExchangeException SQLException failure) {
        throw new SystemError(
                ExitCode.S3,
                "Spark could not run the step " + step.name() + ": " + failure.getMessage(),
                "Check that TRANSFORM_JDBC_URL is a Thrift Server with Delta Lake that can read the lake, then run merge"
                        + " again: it goes on where this merge ended.",
                failure);
    }
}
