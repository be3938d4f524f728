package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.routes.LakeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The checker itself: a correct run holds, and every kind of damage is seen and named. */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InvariantsTest {
    @TempDir
    static Path folder;

    private Installation installation;
    private Truth truth;
    private Path damaged;
    private Invariants invariants;

    @BeforeAll
    void runOnce() throws IOException {
        installation = new Installation(
                folder.resolve("good"), SimulatedAccount.withWorkouts(3, 60, LocalDate.of(2026, 2, 1)));
        truth = Truth.of(installation.account());
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        // A second commit, so that there is a history.
        installation
                .account()
                .edit(
                        installation
                                .account()
                                .items(Listing.WORKOUTS)
                                .findFirst()
                                .orElseThrow()
                                .path("id")
                                .asText(),
                        workout -> workout.put("title", "Edited"));
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
    }

    @AfterAll
    void stop() throws IOException {
        installation.close();
    }

    @BeforeEach
    void copy() throws IOException {
        damaged = Files.createTempDirectory(folder, "damaged");
        copy(installation.bucket(), damaged.resolve("bucket"));
        copy(folder.resolve("good/work"), damaged.resolve("work"));
        Files.copy(installation.warehouse(), damaged.resolve("hevy.duckdb"));
        Files.copy(installation.warehouse().resolveSibling("report.html"), damaged.resolve("report.html"));
        invariants = Invariants.of(damaged.resolve("bucket"), damaged.resolve("hevy.duckdb"), damaged.resolve("work"));
        truth = Truth.of(installation.account());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private Path fileOf(String table) {
        try (Stream<Path> files = Files.list(damaged.resolve("bucket/raw/hevy").resolve(table))) {
            return files.sorted().findFirst().orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void seen(String... words) {
        assertThatThrownBy(() -> invariants.holdFor(truth))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(words);
    }

    private static void sql(String url, String... statements) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCorrectRunHolds() {
        invariants.holdFor(truth);
        invariants.commitIsComplete();
        invariants.everyReaderSeesTheSame();
        invariants.martHolds(truth);
        invariants.nothingIsLeft();
    }

    @Test
    void theTruthOfAnotherInstantDoesNot() {
        String id = truth.rows("workouts").get(0).values().get("id").asText();
        installation.account().edit(id, workout -> workout.put("description", "Since then"));
        truth = Truth.of(installation.account());

        seen("workouts.description of workouts " + id + ": Hevy says \"Since then\"");

        installation.run();
    }

    @Test
    void aRemovedFileIsSeen() throws IOException {
        Files.delete(fileOf("workouts__exercises"));

        seen("is missing");
    }

    @Test
    void aFlippedByteIsSeen() throws IOException {
        byte[] bytes = Files.readAllBytes(fileOf("workouts"));
        bytes[bytes.length / 2] ^= 1;
        Files.write(fileOf("workouts"), bytes);

        seen("workouts/", "has another checksum");
    }

    @Test
    void aStrayParquetIsSeenByWhoReadsTheFolder() throws IOException {
        Files.copy(fileOf("routines"), fileOf("routines").resolveSibling("stray.parquet"));

        invariants.commitIsComplete();
        seen("routines: the manifest names", "stray.parquet");
    }

    @Test
    void aStrayObjectElsewhereIsSeen() throws IOException {
        Files.writeString(damaged.resolve("bucket/transformed/daily_exercises/x.tmp"), "");

        seen("a stray object: transformed/daily_exercises/x.tmp");
    }

    @Test
    void aStateThatNoCommitNamesIsSeen() throws IOException {
        Files.copy(fileOf("_dlt_pipeline_state"), fileOf("_dlt_pipeline_state").resolveSibling("1.5.parquet"));

        seen("a stray object: raw/hevy/_dlt_pipeline_state/1.5.parquet");
    }

    @Test
    void rowsThatAreThereTwiceAreSeenThoughTheManifestAgrees() {
        rewrite("workouts", "select * from old union all from (from old limit 1)");

        seen("workouts: row", "is there twice");
    }

    @Test
    void anOrphanIsSeenThoughTheManifestAgrees() {
        rewrite("workouts__exercises__sets", "select * replace ('nobody' as _dlt_parent_id) from old");

        seen("is an orphan: no row has the key nobody");
    }

    @Test
    void aValueThatIsNotWhatTheApiSentIsSeen() {
        rewrite("workouts__exercises__sets", "select * replace (weight_kg + 1e-12 as weight_kg) from old");

        seen("workouts__exercises__sets.weight_kg of workouts", "Hevy says");
    }

    @Test
    void rowsOfALoadThatWasNeverCommittedAreSeen() {
        rewrite("workouts", "select * replace ('9.5' as _dlt_load_id) from old");

        seen("is of load 9.5, which is no commit");
    }

    /** Puts other rows in place of a table's oldest file, and says so in the manifest. */
    private void rewrite(String table, String select) {
        Path file = fileOf(table);
        Path commits = damaged.resolve("bucket/raw/hevy/_dlt_loads");
        Path next = damaged.resolve("next.parquet");
        sql("", "create table old as from '" + file + "'", "copy (" + select + ") to '" + next + "'");
        try (Stream<Path> all = Files.list(commits)) {
            Path newest = all.sorted().reduce((a, b) -> b).orElseThrow();
            String relative = table + "/" + file.getFileName();
            String described = LakeReader.describe(next, relative);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
            sql(
                    "",
                    "create table c as from '" + newest + "'",
                    "update c set manifest = regexp_replace(manifest, '\\{\"path\":\"" + relative + "\"[^}]*\\}', '"
                            + described + "')",
                    "copy c to '" + newest + "'");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStaleMartIsSeen() {
        sql(
                damaged.resolve("hevy.duckdb").toString(),
                "update main_marts.daily_exercises set reps = reps + 1 where set_id = (select min(set_id) from"
                        + " main_marts.daily_exercises where reps > 0)");

        seen("daily_exercises in the DuckDB file: should be");
    }

    @Test
    void aStaleObjectOfTheMartIsSeen() {
        Path object = damaged.resolve("bucket/transformed/daily_exercises/daily_exercises.parquet");
        sql("", "create table m as from '" + object + "' offset 1", "copy m to '" + object + "'");

        seen("daily_exercises in the object on S3: should be", "is null");
    }

    @Test
    void anObjectOfAnotherMartThatIsStaleOrGoneIsSeen() throws IOException {
        Path object = damaged.resolve("bucket/transformed/workout_summary/workout_summary.parquet");
        sql("", "create table m as from '" + object + "' offset 1", "copy m to '" + object + "'");

        seen("workout_summary on S3 is not what the DuckDB file has");

        Files.delete(object);

        seen("there is no", "workout_summary.parquet");
    }

    @Test
    void whatAKilledRunLeavesOnDiskIsSeen() throws IOException {
        Path work;
        try (Stream<Path> folders = Files.list(damaged.resolve("work"))) {
            work = folders.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        Files.writeString(work.resolve("lock"), "");
        Files.createDirectories(work.resolve("packages/1.5"));
        Files.writeString(work.resolve("packages/1.5/journal.json"), "{}");
        Files.writeString(damaged.resolve("hevy.duckdb.next"), "");
        Files.writeString(damaged.resolve(".report.html"), "");

        seen(
                "/lock",
                "packages/1.5/journal.json",
                "beside the DuckDB file: hevy.duckdb.next",
                "beside the DuckDB file: .report.html");
    }

    @Test
    void aReportOfAnotherLoadIsSeen() throws IOException {
        Files.writeString(damaged.resolve("bucket/transformed/report/index.html"), "\"load_id\":[\"1.5\"]");
        Files.delete(damaged.resolve("report.html"));

        seen("not the report of the newest load", "index.html", "report.html");
    }
}
