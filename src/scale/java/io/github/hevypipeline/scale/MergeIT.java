package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What rounds over many accounts commit, the merge brings into the Delta tables: each account is as its truth. */
@Timeout(1200)
class MergeIT {
    private static final List<String> TABLES = List.of("workouts", "workouts__exercises", "workouts__exercises__sets");

    @TempDir
    Path root;

    private ManyAccounts hevy;
    private EmbeddedS3 s3;
    private ThriftServer spark;
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        hevy = new ManyAccounts();
        s3 = EmbeddedS3.start(root.resolve("s3"), "lake");
        spark = new ThriftServer(root.resolve("spark"), s3);
    }

    @AfterEach
    void stop() throws Exception {
        spark.close();
        s3.close();
        hevy.close();
    }

    private ExitCode run(String command) throws IOException {
        settings.putAll(Map.of(
                "HEVY_ACCOUNTS", hevy.writeAccounts(root).toString(),
                "HEVY_BASE_URL", hevy.baseUri().toString(),
                "ACCOUNTS_REQUEST_RATE", "0",
                "S3_BUCKET_NAME", "lake",
                "S3_ENDPOINT_URL", s3.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", s3.accessKey(),
                "AWS_SECRET_ACCESS_KEY", s3.secretKey(),
                "AWS_DEFAULT_REGION", "us-east-1",
                "DLT_PIPELINE_DIR", root.resolve("work").toString()));
        Map<String, String> all = new HashMap<>(settings);
        if (command.equals("merge")) {
            all.put("TRANSFORM_JDBC_URL", spark.url());
        }
        return Main.run(new String[] {command}, all);
    }

    private void requireTruth(List<Tenant> tenants) throws Exception {
        assertThat(MergedTables.differences(spark, tenants)).isEmpty();
    }

    @Test
    void the_tables_equal_the_truth_after_first_loads_edits_deletions_new_columns_and_a_replay() throws Exception {
        List<Tenant> tenants = new ArrayList<>(hevy.addUneven(30));
        assertThat(run("accounts")).isEqualTo(ExitCode.DONE);
        long began = System.nanoTime();
        assertThat(run("merge")).isEqualTo(ExitCode.DONE);
        System.out.println("first merge: " + (System.nanoTime() - began) / 1_000_000 + " ms");
        requireTruth(tenants);
        requireMarts();

        tenants.get(3).editNewest("Edited");
        tenants.get(7).deleteOldest();
        tenants.get(4).logWorkout(LocalDate.of(2026, 1, 20), 1);
        Tenant drifted = hevy.add("drifted", 9);
        drifted.drift();
        tenants.add(drifted);
        tenants.add(hevy.addColliding("colliding", hevy.tenant("lifter-001")));
        assertThat(run("accounts")).isEqualTo(ExitCode.DONE);
        tenants.get(3).editNewest("Edited twice");
        assertThat(run("accounts")).isEqualTo(ExitCode.DONE);
        began = System.nanoTime();
        assertThat(run("merge")).isEqualTo(ExitCode.DONE);
        System.out.println("second merge: " + (System.nanoTime() - began) / 1_000_000 + " ms");
        requireTruth(tenants);
        requireMarts();

        List<Object> versions = versions();
        assertThat(run("merge")).isEqualTo(ExitCode.DONE);
        assertThat(versions()).as("nothing is merged twice").isEqualTo(versions);
        requireTruth(tenants);
    }

    /** The marts are built from these tables: each account has each of its workouts. */
    private void requireMarts() throws Exception {
        assertThat(spark.rows(
                        "select account_id, workout_id, workout_title from hevy_marts.workout_summary order by 1, 2"))
                .isNotEmpty()
                .isEqualTo(
                        spark.rows("select account_id, id as workout_id, title as workout_title from hevy_raw.workouts"
                                + " order by 1, 2"));
    }

    private List<Object> versions() throws Exception {
        List<Object> versions = new ArrayList<>();
        for (String table : TABLES) {
            versions.add(spark.rows("describe history hevy_raw." + table + " limit 1")
                    .get(0)
                    .get("version"));
        }
        return versions;
    }
}
