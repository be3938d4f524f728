package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each step of a run can be taken alone, as users of the Python stack know them. */
class StepsTest {
    @TempDir
    Path folder;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        Account account = SimulatedAccount.withWorkouts(4, 40, LocalDate.of(2026, 5, 1));
        installation = new Installation(folder, account);
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Test
    void extractLoadsTheRawTablesAndBuildsNothing() {
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(installation.lake().commits()).isEqualTo(1);
        assertThat(installation.warehouse()).doesNotExist();
        assertThat(installation.bucket().resolve("transformed")).doesNotExist();
    }

    @Test
    void transformBuildsFromWhatIsCommittedAndAsksHevyNothing() {
        installation.run("extract");
        installation.hevy().forgetLog();

        assertThat(installation.run("transform")).isEqualTo(ExitCode.DONE);

        assertThat(installation.hevy().log()).isEmpty();
        assertThat(installation.warehouse()).exists();
        assertThat(installation.bucket().resolve("transformed/daily_exercises/daily_exercises.parquet"))
                .exists();
    }

    @Tag("slow")
    @Test
    void transformWorksFromTheBucketAloneOnAnotherMachine() {
        installation.run("extract");

        assertThat(installation.runElsewhere("transform")).isEqualTo(ExitCode.DONE);

        assertThat(Sql.value(folder.resolve("elsewhere.duckdb"), "select count(*) > 0 from main_marts.daily_exercises"))
                .isEqualTo("true");
    }

    @Test
    void transformBeforeTheFirstLoadSaysWhatToDo() {
        assertThat(installation.run("transform")).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(installation.warehouse()).doesNotExist();
    }

    @Test
    void aRunInWhichNothingChangedBuildsNothing() throws IOException {
        installation.run();
        FileTime before = Files.getLastModifiedTime(installation.warehouse());

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(Files.getLastModifiedTime(installation.warehouse())).isEqualTo(before);
    }

    @Test
    @Tag("slow")
    void anotherTimeZoneBuildsTheMartAnewThoughNothingChangedInHevy() {
        installation.run();
        String dates = "select sum(epoch(workout_date)) from main_marts.daily_exercises";
        String inUtc = Sql.value(installation.warehouse(), dates);

        assertThat(installation.with("PIPELINE_TIMEZONE", "Pacific/Kiritimati").run())
                .isEqualTo(ExitCode.DONE);

        assertThat(Sql.value(installation.warehouse(), dates)).isNotEqualTo(inUtc);
    }

    @Test
    @Tag("slow")
    void aDuckDbFileThatWasLostIsBuiltAgain() throws IOException {
        installation.run();
        Files.delete(installation.warehouse());

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(installation.warehouse()).exists();
    }

    @Test
    void validateTestsWhatIsPublished() {
        installation.run();

        assertThat(installation.run("validate")).isEqualTo(ExitCode.DONE);
    }

    @Test
    @Tag("slow")
    void validateFailsWithExitCodeOneWhenAPublishedRowIsWrong() throws SQLException {
        installation.run();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + installation.warehouse());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "insert into main_marts.daily_exercises select * from main_marts.daily_exercises limit 3");
        }

        assertThat(installation.run("validate")).isEqualTo(ExitCode.DATA_TEST_FAILED);

        assertThat(Sql.query(
                        installation.warehouse(),
                        "select table_name from information_schema.tables"
                                + " where table_schema = 'main_dbt_test__audit' order by 1"))
                .contains(List.of("unique_daily_exercises_set_id"));
    }

    @Test
    void validateAndShowBeforeTheFirstRunSayWhatToDo() {
        assertThat(installation.run("validate")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(installation.run("show")).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    @Tag("slow")
    void showNeedsNeitherHevyNorS3() throws IOException {
        installation.run();
        installation.close();

        assertThat(installation.run("show", "--limit", "2")).isEqualTo(ExitCode.DONE);
    }

    @Tag("slow")
    @Test
    void aRunLeavesNothingBesideTheDuckDbFileAndTheCache() throws IOException {
        installation.run();

        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("hevy.duckdb", "report.html", "s3", "work");
        }
        try (var files = Files.walk(folder.resolve("work"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .allMatch(
                            name -> name.endsWith(".parquet") || name.startsWith("built-") || name.endsWith(".known"));
        }
    }

    @Tag("slow")
    @Test
    @Fault(24)
    void aFailedDataTestPublishesNothingAndKeepsTheBadRows() throws IOException {
        installation.run();
        byte[] before = Files.readAllBytes(installation.warehouse());
        String parquet = "transformed/daily_exercises/daily_exercises.parquet";
        byte[] parquetBefore = Files.readAllBytes(installation.bucket().resolve(parquet));
        // No text can tell ids apart that differ in a lone surrogate only, so one id is there twice.
        List<String> ids = installation
                .account()
                .items(Listing.WORKOUTS)
                .map(workout -> workout.path("id").asText())
                .toList();
        installation.hevy().meetWith((request, truth) -> truth.get()
                .withBody(body -> body.replace(ids.get(0), "a\\ud800").replace(ids.get(1), "a\\udc00")));

        ExitCode ended = installation.with("PIPELINE_FULL_REFRESH", "true").run();

        assertThat(ended).isEqualTo(ExitCode.DATA_TEST_FAILED);
        assertThat(Files.readAllBytes(installation.warehouse())).isEqualTo(before);
        assertThat(Files.readAllBytes(installation.bucket().resolve(parquet))).isEqualTo(parquetBefore);
        assertThat(folder.resolve("hevy.duckdb.next")).exists();
    }
}
