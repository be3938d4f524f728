package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody who may write to the bucket, and no more, puts names there that would be obeyed somewhere else. */
class HostileBucketTest {
    private static final String PROPERTY = "hevy.canary";
    private static final String CANARY = "canary-that-sings";

    @TempDir
    private Path folder;

    private ProxiedInstallation installation;
    private FaultProxy s3;

    @BeforeEach
    void loadOnce() throws IOException {
        System.setProperty(PROPERTY, CANARY);
        installation = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(5, 6, LocalDate.of(2026, 1, 10)))
                .with("HEVY_RESOURCES", "workouts")
                .with("S3_RETRIES", "0");
        s3 = installation.s3Proxy();
        assertThat(installation.run("extract").exitCode()).isEqualTo(ExitCode.DONE);
        s3.forgetLog();
    }

    @AfterEach
    void stop() throws IOException {
        System.clearProperty(PROPERTY);
        installation.close();
    }

    private Path dataset() {
        return installation.bucket().resolve("raw/hevy");
    }

    private void nothingWasObeyed(ProxiedInstallation.Run run) {
        assertThat(s3.log()).isNotEmpty().allSatisfy(entry -> {
            assertThat(entry.request().path()).doesNotContain(CANARY);
            assertThat(entry.request().method()).isNotEqualTo("DELETE");
        });
        assertThat(run.toString()).doesNotContain(CANARY);
    }

    @Fault(39)
    @Test
    void an_object_named_as_an_expression_was_evaluated_and_what_it_names_deleted() throws IOException {
        List<Path> objects = Stream.of(
                        "${sys.hevy.canary}/1.5.parquet",
                        "${sys.hevy.canary}/1.5.2026.parquet",
                        "$simple{sys.hevy.canary}/1.5.2026.parquet",
                        "workouts/1.5.${sys.hevy.canary}.parquet",
                        "_dlt_pipeline_state/1.5${sys.hevy.canary}.parquet",
                        "_dlt_loads/${sys.hevy.canary}.parquet",
                        "no_such_table/1.5.2026.parquet",
                        "work'outs; drop table x/1.5.2026.parquet")
                .map(dataset()::resolve)
                .toList();
        for (Path object : objects) {
            Files.createDirectories(object.getParent());
            Files.writeString(object, "put by somebody else");
        }

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        nothingWasObeyed(run);
        assertThat(objects).allSatisfy(object -> assertThat(object).hasContent("put by somebody else"));
        assertThat(run.lines().stream().filter(line -> line.contains("are not of this program")))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line)
                        .contains(
                                objects.size() + " objects in s3://lake/raw/hevy/ are not of this program",
                                "first $simple{sys.hevy.canary}/1.5.2026.parquet"));
    }

    @Fault(39)
    @ParameterizedTest
    @CsvSource({
        "workouts/, ${sys.hevy.canary}/",
        "workouts/, ../../../../escaped/",
        "workouts/, /escaped/",
        "'\"workouts\"', '\"no_such_table\"'"
    })
    void a_manifest_that_leads_elsewhere_is_a_damaged_commit_and_is_not_followed(String honest, String forged)
            throws IOException {
        forge(dataset().resolve("_dlt_loads/0000000001.parquet"), "manifest", honest, forged);

        ProxiedInstallation.Run run = installation.runElsewhere("transform");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.toString()).contains("its manifest names a ").doesNotContain(CANARY);
        ProxiedInstallation.Run load = installation.run("extract");
        assertThat(s3.log())
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(entry.request().path()).doesNotContain(CANARY, "escaped"));
        assertThat(load.toString()).contains("its manifest names a ").doesNotContain(CANARY);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(file -> file.endsWith("escaped"))).isEmpty();
        }
    }

    @Fault(39)
    @ParameterizedTest
    @CsvSource({"_dlt_loads/0000000001.parquet, load_id", "_dlt_loads/0000000001.parquet, sequence"})
    void a_commit_of_another_load_or_number_than_can_be_is_damaged(String object, String column) throws IOException {
        Path file = dataset().resolve(object);
        Path forged = folder.resolve("forged.parquet");
        String value = column.equals("sequence") ? "cast(7 as bigint)" : "'${sys.hevy.canary}'";
        execute("copy (select * replace (" + value + " as " + column + ") from '" + file + "') to '" + forged
                + "' (format parquet, compression zstd)");
        Files.move(forged, file, StandardCopyOption.REPLACE_EXISTING);

        ProxiedInstallation.Run run = installation.run("transform");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        nothingWasObeyed(run);
    }

    @Fault(39)
    @Test
    void a_state_that_names_what_no_table_is_called_is_damaged() throws IOException {
        try (Stream<Path> states = Files.list(dataset().resolve("_dlt_pipeline_state"))) {
            forge(states.findFirst().orElseThrow(), "state", "\"workouts__exercises\":", "\"x; drop table y\":");
        }

        ProxiedInstallation.Run run = installation.run("transform");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(run.toString()).contains("it names a table x; drop table y");
        assertThat(Sql.query("select count(*) from (from duckdb_tables() where table_name like '%;%')"))
                .containsExactly(List.of("0"));
    }

    /** Writes an object of the load log anew with a part of a text replaced. */
    private void forge(Path file, String column, String honest, String forged) throws IOException {
        Path arriving = folder.resolve("forged.parquet");
        String replaced = "replace(" + column + ", '" + honest + "', '" + forged + "')";
        assertThat(Sql.query("select " + replaced + " <> " + column + " from '" + file + "'"))
                .containsExactly(List.of("true"));
        execute("copy (select * replace (" + replaced + " as " + column + ") from '" + file + "') to '" + arriving
                + "' (format parquet, compression zstd)");
        Files.move(arriving, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void execute(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
