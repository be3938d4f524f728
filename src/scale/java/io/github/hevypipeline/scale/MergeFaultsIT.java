package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.Main;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lake in a folder: whatever happens to a driver, afterwards each account's tables equal its truth.
 *
 * <p>The methods share one Spark and go on from the state that the one before has left.
 */
@Timeout(1800)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MergeFaultsIT {
    private static final int FIRST_DAY = 2;

    @TempDir
    private static Path root;

    private static ManyAccounts hevy;
    private static ThriftServer spark;
    private static SparkFaults faults;
    private static final List<Tenant> TENANTS = new ArrayList<>();
    private static int day = FIRST_DAY;

    @BeforeAll
    static void start() throws IOException {
        hevy = new ManyAccounts();
        spark = new ThriftServer(root.resolve("spark"));
        faults = new SparkFaults();
        TENANTS.add(hevy.add("anna", 4));
        TENANTS.add(hevy.addColliding("ben", hevy.tenant("anna")));
        TENANTS.add(hevy.add("carl", 2));
    }

    @AfterAll
    static void stop() throws Exception {
        faults.close();
        spark.close();
        hevy.close();
    }

    private static ExitCode run(String command, String driver) throws IOException {
        Map<String, String> settings = new HashMap<>(Map.of(
                "HEVY_ACCOUNTS", hevy.writeAccounts(root).toString(),
                "HEVY_BASE_URL", hevy.baseUri().toString(),
                "HEVY_RESOURCES", "workouts",
                "ACCOUNTS_REQUEST_RATE", "0",
                "ACCOUNTS_BUCKETS", "2",
                "LAKE_PATH", root.resolve("lake").toString(),
                "DLT_PIPELINE_DIR", root.resolve(driver).toString()));
        if (command.equals("merge")) {
            settings.put("TRANSFORM_JDBC_URL", spark.url());
        }
        return Main.run(new String[] {command}, settings);
    }

    /** An edit, a deletion and a new workout, in packages of their own. */
    private static void change() throws IOException {
        TENANTS.get(0).editNewest("Edited on day " + day);
        TENANTS.get(1).deleteOldest();
        assertThat(run("accounts", "worker")).isEqualTo(ExitCode.DONE);
        TENANTS.get(1).logWorkout(LocalDate.of(2026, 2, day), 1);
        TENANTS.get(2).logWorkout(LocalDate.of(2026, 2, day), 1);
        TENANTS.get(0).editNewest("Edited twice on day " + day);
        assertThat(run("accounts", "worker")).isEqualTo(ExitCode.DONE);
        day++;
    }

    private static void requireTruth() throws Exception {
        assertThat(MergedTables.differences(spark, TENANTS)).isEmpty();
    }

    private static long packages() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve("lake"))) {
            return files.filter(file -> file.toString().contains("/commits/")
                            && file.toString().endsWith(".json"))
                    .count();
        }
    }

    @Test
    @Order(1)
    void a_driver_killed_before_any_statement_that_changes_a_table_loses_nothing() throws Exception {
        change();
        int writes = 0;
        ExitCode exitCode = ExitCode.SPARK;
        while (exitCode != ExitCode.DONE) {
            faults.killAfter(writes);
            faults.drain();
            exitCode = run("merge", "driver");
            assertThat(exitCode).isIn(ExitCode.SPARK, ExitCode.DONE);
            if (exitCode == ExitCode.SPARK && writes % 2 == 1) {
                change();
            }
            writes++;
        }
        faults.heal();

        requireTruth();
        assertThat(writes).as("places of death").isGreaterThan(5);
        assertThat(packages()).as("only the newest commits are left").isEqualTo(TENANTS.size());
    }

    @Test
    @Order(2)
    void without_a_change_a_merge_only_looks() throws Exception {
        faults.drain();

        assertThat(run("merge", "driver")).isEqualTo(ExitCode.DONE);

        assertThat(faults.drain())
                .hasSizeLessThan(7)
                .noneMatch(SparkFaults::isWrite)
                .allMatch(sql -> sql.startsWith("create schema if not exists")
                        || sql.startsWith("create table if not exists")
                        || sql.startsWith("show tables")
                        || sql.startsWith("select"));
    }

    @Test
    @Order(3)
    void values_and_fields_that_no_schema_has_are_kept_and_go_with_their_workout() throws Exception {
        Tenant drifted = hevy.add("drifted", 3);
        drifted.drift();
        TENANTS.add(drifted);
        String newest = drifted.workouts().get(0);
        drifted.account().edit(newest, workout -> {
            workout.put("mood", "good");
            ObjectNode photo = workout.withArray("photos").addObject();
            photo.put("url", "https://example.org/1").put("likes", 3);
            workout.withArray("photos").addObject().put("url", "https://example.org/2");
        });
        assertThat(run("accounts", "worker")).isEqualTo(ExitCode.DONE);
        assertThat(run("merge", "driver")).isEqualTo(ExitCode.DONE);
        requireTruth();
        assertThat(spark.rows("select count(*) as rows from hevy_raw.workouts__photos"))
                .containsExactly(Map.of("rows", 2L));
        assertThat(spark.rows("select 1 from hevy_raw.workouts__exercises__sets where account_id = 'drifted'"
                        + " and reps is null and get_json_object(_rescued, '$.reps') = 'AMRAP'"))
                .isNotEmpty();

        drifted.account().edit(newest, workout -> workout.remove("photos"));
        assertThat(run("accounts", "worker")).isEqualTo(ExitCode.DONE);
        assertThat(run("merge", "driver")).isEqualTo(ExitCode.DONE);

        requireTruth();
        assertThat(spark.rows("select * from hevy_raw.workouts__photos")).isEmpty();
    }

    @Test
    @Order(4)
    void a_conflict_with_another_writer_is_tried_again() throws Exception {
        change();
        faults.conflict(2);

        assertThat(run("merge", "driver")).isEqualTo(ExitCode.DONE);

        requireTruth();
    }

    @Test
    @Order(5)
    void another_driver_that_merges_between_two_statements_changes_nothing() throws Exception {
        change();
        AtomicReference<ExitCode> other = new AtomicReference<>();
        faults.beforeWrite(() -> {
            try {
                change();
                other.set(run("merge", "another"));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(run("merge", "driver")).isEqualTo(ExitCode.DONE);

        assertThat(other.get()).isEqualTo(ExitCode.DONE);
        assertThat(run("merge", "driver")).isEqualTo(ExitCode.DONE);
        requireTruth();
    }
}
