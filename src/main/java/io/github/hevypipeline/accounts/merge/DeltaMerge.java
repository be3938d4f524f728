package io.github.hevypipeline.accounts.merge;

import io.github.hevypipeline.accounts.AccountStats;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.lake.AccountPath;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.KeyListing;
import io.github.hevypipeline.lake.Lake;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.mart.SparkBuild;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.apache.camel.cluster.CamelClusterService;

/**
 * Merges committed packages into the Delta tables {@code hevy_raw}: decides which statements run, in which order.
 *
 * <p>Thread-safe. The state of one merge is in its {@link MergePlan} and {@link MergeBatch}.
 */
public final class DeltaMerge {
    private static final Set<String> KEYS = Set.of("account_id", "bucket", "_root_id", "_dlt_load_id", "_rescued");

    /** The namespace of the election, as the routes of the worker name it. */
    private static final String ELECTION = "hevy-merge";

    private final Destination destination;
    private final DatasetSchema schema;
    private final int buckets;
    private final String location;
    private final AccountStats stats;

    /**
     * @param location the folder or URI of all Delta tables; empty for {@code delta} beside the packages
     * @param buckets the partitions of each table; the same for ever
     * @param stats counts merges
     */
    public DeltaMerge(Lake lake, String location, int buckets, AccountStats stats) {
        this.stats = stats;
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

    /** The marts over the tables of a merge. */
    public static SparkBuild marts(DeltaMerge merge, String timezone) {
        return new SparkBuild(timezone, merge.location);
    }

    /** The steps that list the tables that Spark knows; its catalog may have forgotten some or all. */
    public List<SqlStep> lookSteps() {
        return List.of(
                // Spark would otherwise ask the store for the pattern of all packages as one key, which may be too
                // long.
                new SqlStep("session", "", "set spark.sql.streaming.fileStreamSink.ignoreMetadata=true"),
                new SqlStep("hevy_raw", "", "create schema if not exists hevy_raw"),
                new SqlStep(MergePlan.KNOWN, "", "show tables in hevy_raw"));
    }

    /** Begins a merge. */
    public MergePlan begin() {
        return new MergePlan(destination, schema, buckets, location + "/hevy_raw");
    }

    static SqlStep create(String tables, String table) {
        return new SqlStep(table, "", MergeSql.render("create" + table, Map.of("location", tables)));
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

    static SqlStep register(String tables, String table) {
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
    public void plan(@Variable("merge") MergePlan merge, @Variable("listing") KeyListing commits, @Body Object merged) {
        merge.plan(commits, rows(merged));
        stats.waiting(merge.getSize());
    }

    /** Counts a batch. */
    public void ended(@Variable("merge") MergePlan merge) {
        stats.waiting(merge.getWaiting());
        if (merge.getWaiting() == 0) {
            stats.merged(merge.getTime());
        }
    }

    /** Takes a commit into the batch. */
    public void add(@Variable("batch") MergeBatch batch, @Variable("key") String key, @Body InputStream bytes)
            throws IOException {
        batch.add(key, bytes);
    }

    /** Takes the rows of a step of a batch. */
    public void learn(@Variable("batch") MergeBatch batch, @Variable("step") SqlStep step, @Body Object rows) {
        batch.learn(step, rows);
    }

    /** Takes the rows of a step before the first batch. */
    public void learnTables(@Variable("merge") MergePlan merge, @Variable("step") SqlStep step, @Body Object rows) {
        if (step.name().equals(MergePlan.KNOWN)) {
            merge.know(rows(rows));
        }
    }

    /**
     * Stops a merge whose worker is the leader no more. A merge that no worker runs has no leader.
     *
     * @throws TransientError if another worker leads
     */
    public void requireLead(CamelContext camel) throws Exception {
        CamelClusterService election = camel.hasService(CamelClusterService.class);
        if (election != null
                && election.getNamespaces().contains(ELECTION)
                && !election.getView(ELECTION).getLocalMember().isLeader()) {
            throw new TransientError(
                    ExitCode.ANOTHER_RUN_WON, "Another worker leads now.", "Nothing: it goes on where this one ended.");
        }
    }

    /** Throws the failure of a step. The next merge goes on where this one ended. */
    public void fail(@Variable("step") SqlStep step, @ExchangeException SQLException failure) {
        throw new SystemError(
                ExitCode.SPARK,
                "Spark could not run the step " + step.name() + ": " + failure.getMessage(),
                "Check that TRANSFORM_JDBC_URL is a Thrift Server with Delta Lake that can read the lake, then run merge"
                        + " again: it goes on where this merge ended.",
                failure);
    }
}
