package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.dbt.Column;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.ProjectSnapshot;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark builds of the raw tables of all accounts the marts that DuckDB builds of each account alone, row by row.
 *
 * <p>All rows of two accounts have equal ids. A start in the order of the methods saves a second Spark.
 */
@Tag("dbt")
@Timeout(1800)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DbtSparkIT {
    private static final String TIMEZONE = "Australia/Sydney";
    private static final Map<String, String> SETTINGS = Map.of("PIPELINE_TIMEZONE", TIMEZONE);
    private static final DbtProject PROJECT = DbtProject.load(Project.SHIPPED, SETTINGS);
    private static final int BUCKETS = 4;

    private static final String TWIN = "twin";

    @TempDir
    private static Path folder;

    private static SparkServer spark;
    private static SparkBuild build;
    private static final Map<String, Database> ACCOUNTS = new LinkedHashMap<>();

    @BeforeAll
    static void load() throws Exception {
        spark = new SparkServer(folder);
        build = new SparkBuild(TIMEZONE, folder.toString(), () -> ProjectSnapshot.read(Project.SHIPPED, SETTINGS));
        ACCOUNTS.put("golden", account());
        ACCOUNTS.put(
                TWIN,
                account(
                        "update hevy_raw.workouts__exercises__sets set weight_kg = weight_kg * 0.45359237, reps = reps + 1",
                        "update hevy_raw.workouts__exercises__sets set weight_kg = 22.6796185 where _dlt_list_idx = 1",
                        "update hevy_raw.workouts__exercises__sets set weight_kg = 1.005 * reps where _dlt_list_idx = 2",
                        "update hevy_raw.workouts set start_time = start_time + interval 3 day,"
                                + " end_time = end_time + interval 3 day + interval '3723.5 second'",
                        "update hevy_raw.exercise_templates set type = 'bodyweight_assisted' where ascii(id) % 3 = 0"));
        ACCOUNTS.put(
                "dr'ift",
                account(
                        "alter table hevy_raw.workouts__exercises__sets alter weight_kg type varchar",
                        "alter table hevy_raw.workouts__exercises__sets alter reps type varchar",
                        "alter table hevy_raw.workouts alter start_time type varchar",
                        "update hevy_raw.workouts__exercises__sets set weight_kg = 'heavy', reps = null where _dlt_list_idx = 0",
                        "update hevy_raw.workouts__exercises__sets set weight_kg = 'NaN' where _dlt_list_idx = 1",
                        "update hevy_raw.workouts__exercises__sets set reps = '5.5' where _dlt_list_idx = 2",
                        "update hevy_raw.workouts set start_time = 'yesterday' where ascii(id) % 5 = 0",
                        "update hevy_raw.workouts set title = '''; drop \\ {{ 1 }} \ud83e\uddb5' where ascii(id) % 2 = 0"));
        ACCOUNTS.put("new", new Database());
        RawTables.steps(PROJECT, Map.of()).forEach(step -> ACCOUNTS.get("new").execute(step.sql()));
        spark.execute("create schema hevy_raw");
        PROJECT.sources().forEach(DbtSparkIT::load);
        spark.execute("create table hevy_raw._accounts using delta location '" + folder + "/hevy_raw/_accounts' as"
                + " select distinct account_id, bucket, timestamp'2026-01-01 00:00:00' as merged_at"
                + " from hevy_raw.exercise_templates");
    }

    @AfterAll
    static void stop() throws Exception {
        ACCOUNTS.values().forEach(Database::close);
        spark.close();
    }

    /** The golden account with templates and measurements, after these edits. */
    private static Database account(String... edits) {
        Database database = new Database();
        database.execute("set timezone = 'UTC'");
        GoldenAccount.load(database, PROJECT);
        database.execute("insert into hevy_raw.exercise_templates by name select distinct exercise_template_id as id,"
                + " '_' || exercise_template_id as _dlt_id, 'weight_reps' as type, 'chest' as primary_muscle_group,"
                + " ['glutes', 'chest', 'glutes'] as secondary_muscle_groups from hevy_raw.workouts__exercises"
                + " where exercise_template_id is not null and ascii(exercise_template_id) % 7 <> 0");
        database.execute("insert into hevy_raw.body_measurements by name select '2026-' || (1 + i // 20) || '-'"
                + " || (1 + i % 20) as date, 'm' || i as _dlt_id, case when i % 7 > 0 then 80 + i * 0.1234567 end"
                + " as weight_kg, case when i % 3 > 0 then 90.5 else 0 end as waist from range(40) as days (i)");
        for (String edit : edits) {
            database.execute(edit);
        }
        return database;
    }

    /** Makes a Delta table of a raw table of all accounts: typed, with the values that do not fit beside them. */
    private static void load(SourceTable table) {
        String name = table.relation().name();
        ACCOUNTS.forEach((account, database) -> {
            Map<String, String> types = database
                    .rows("describe " + table.relation().quoted())
                    .stream()
                    .collect(Collectors.toMap(row -> row.get(0), row -> row.get(1)));
            String columns = table.columns().stream()
                    .map(column -> typed(column) + " as \"" + column.name() + "\"")
                    .collect(Collectors.joining(", "));
            String rescued = table.columns().stream()
                    .filter(column -> types.get(column.name()).equals("VARCHAR")
                            && !column.type().equals("varchar"))
                    .map(column -> "'" + column.name() + "', case when " + typed(column) + " is null then \""
                            + column.name() + "\" end")
                    .collect(Collectors.joining(", ", "json_object(", ")"));
            database.execute("copy (select '" + account.replace("'", "''") + "' as account_id, " + columns + ", cast("
                    + rescued + " as varchar) as _rescued from "
                    + table.relation().quoted() + ") to '" + folder + "/"
                    + name + "-" + Integer.toHexString(account.hashCode()) + ".parquet' (format parquet)");
        });
        spark.execute("create or replace table hevy_raw." + name + " using delta partitioned by (bucket) location '"
                + folder + "/hevy_raw/" + name + "' as select *, pmod(hash(account_id), " + BUCKETS
                + ") as bucket from parquet.`" + folder + "/" + name + "-*.parquet`");
    }

    private static String typed(Column column) {
        String cast = "try_cast(\"" + column.name() + "\" as " + column.type() + ")";
        return column.type().equals("bigint")
                ? "case when " + cast + " = try_cast(\"" + column.name() + "\" as double) then " + cast + " end"
                : cast;
    }

    /** As the driver does; gives the results of the data tests. */
    private static DataTestResults build() {
        build.prepareSteps().forEach(DbtSparkIT::run);
        Map<String, Long> versions = new HashMap<>();
        build.versionSteps()
                .forEach(step -> versions.put(
                        step.name(), ((Number) spark.rows(step.sql()).get(0).get("version")).longValue()));
        assertThat(build.plan(spark.rows(build.changesStep().sql()).get(0), versions))
                .isTrue();
        build.modelSteps().forEach(DbtSparkIT::run);
        DataTestResults results = build.newResults();
        build.testSteps().forEach(step -> build.addResults(results, spark.rows(step.sql())));
        run(build.recordStep(results));
        return results;
    }

    private static void run(SqlStep step) {
        spark.execute(step.sql());
    }

    private static void assertSameMarts() {
        ACCOUNTS.forEach((account, database) -> {
            database.buildModels(PROJECT);
            for (String mart : PROJECT.publishedModels()) {
                List<String> onDuckDb = database.rows("select * from main_marts." + mart).stream()
                        .map(row -> row.stream().map(DbtSparkIT::text).toList().toString())
                        .sorted()
                        .toList();
                List<String> onSpark = spark.rows("select * from hevy_marts." + mart).stream()
                        .filter(row -> row.get("account_id").equals(account))
                        .map(row -> row.entrySet().stream()
                                .filter(value ->
                                        !List.of("account_id", "bucket").contains(value.getKey()))
                                .map(value -> text(value.getValue()))
                                .toList()
                                .toString())
                        .sorted()
                        .toList();
                assertThat(onSpark).as(mart + " of " + account).isEqualTo(onDuckDb);
            }
        });
    }

    /** A time has no decimals of its seconds if they are zero. */
    private static String text(Object value) {
        return String.valueOf(value).replaceFirst("^(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)\\.0$", "$1");
    }

    /** The files of each bucket of a mart. */
    private static Map<Object, String> files(String mart) {
        Map<Object, String> files = new TreeMap<>();
        spark.rows("select bucket, array_join(array_sort(collect_set(_metadata.file_path)), ',') as files"
                        + " from hevy_marts." + mart + " group by bucket")
                .forEach(row -> files.put(row.get("bucket"), row.get("files").toString()));
        return files;
    }

    @Test
    @Order(1)
    void spark_builds_the_marts_of_all_accounts_as_duckdb_builds_those_of_each() {
        DataTestResults results = build();

        assertSameMarts();
        assertThat(results.all()).hasSameSizeAs(PROJECT.dataTests());
        assertThat(results.with(Verdict.ERROR)).isEmpty();
        assertThat(results.with(Verdict.WARN))
                .extracting(result -> result.test().name())
                .contains("raw_values_are_readable");
        assertThat(build.plan(spark.rows(build.changesStep().sql()).get(0), Map.of()))
                .as("nothing has changed")
                .isFalse();
    }

    @Test
    @Order(2)
    void a_changed_account_is_rebuilt_with_its_bucket_and_no_other_bucket_is_touched() {
        Map<Object, String> before = files("daily_exercises");
        for (String edit : List.of(
                "delete from hevy_raw.workouts where id in (select min(id) from hevy_raw.workouts)",
                "update hevy_raw.workouts__exercises__sets set weight_kg = weight_kg + 2.5 where _dlt_list_idx = 0")) {
            ACCOUNTS.get(TWIN).execute(edit);
        }
        ACCOUNTS.get(TWIN)
                .execute("delete from hevy_raw.workouts__exercises where _dlt_parent_id not in"
                        + " (select _dlt_id from hevy_raw.workouts)");
        ACCOUNTS.get(TWIN)
                .execute("delete from hevy_raw.workouts__exercises__sets where _dlt_parent_id not in"
                        + " (select _dlt_id from hevy_raw.workouts__exercises)");
        PROJECT.sources().forEach(DbtSparkIT::load);
        spark.execute("update hevy_raw._accounts set merged_at = timestamp'2026-01-02 00:00:00' where account_id = '"
                + TWIN + "'");

        build();

        assertSameMarts();
        Object bucket = spark.rows("select bucket from hevy_raw._accounts where account_id = '" + TWIN + "'")
                .get(0)
                .get("bucket");
        Map<Object, String> after = files("daily_exercises");
        assertThat(after.remove(bucket)).isNotEqualTo(before.remove(bucket));
        assertThat(after).isNotEmpty().isEqualTo(before);
    }

    @Test
    @Order(3)
    void an_account_whose_rows_have_all_vanished_has_none_in_the_marts() {
        for (String table : List.of("workouts", "workouts__exercises", "workouts__exercises__sets")) {
            ACCOUNTS.get(TWIN).execute("delete from hevy_raw." + table);
        }
        PROJECT.sources().forEach(DbtSparkIT::load);
        spark.execute("update hevy_raw._accounts set merged_at = timestamp'2026-01-03 00:00:00' where account_id = '"
                + TWIN + "'");

        build();

        assertSameMarts();
    }

    @Test
    @Order(4)
    void dbt_itself_builds_the_same_marts_on_spark_and_passes_all_tests() throws Exception {
        Path output = folder.resolve("dbt.txt");
        ProcessBuilder dbt = new ProcessBuilder(
                        Path.of("target/spark/bin/dbt").toAbsolutePath().toString(),
                        "build",
                        "--project-dir",
                        "transform",
                        "--profiles-dir",
                        "transform")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        dbt.environment()
                .putAll(Map.of(
                        "DBT_TARGET", "spark",
                        "SPARK_THRIFT_PORT", String.format(Locale.ROOT, "%d", spark.port()),
                        "DELTA_LOCATION", folder.toString(),
                        "PIPELINE_TIMEZONE", TIMEZONE,
                        "DBT_TARGET_PATH", folder.resolve("dbt-target").toString(),
                        "DBT_LOG_PATH", folder.resolve("dbt-logs").toString(),
                        "DBT_SEND_ANONYMOUS_USAGE_STATS", "false"));

        int exitCode = dbt.start().waitFor();

        assertThat(exitCode).as(Files.readString(output)).isZero();
        assertSameMarts();
    }
}
