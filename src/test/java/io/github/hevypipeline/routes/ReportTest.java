package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.lake.s3.S3ClientFactory;
import io.github.hevypipeline.lake.s3.S3Responses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** When the report is written, and where it is then. */
class ReportTest {
    @TempDir
    Path folder;

    private Installation installation;
    private Path report;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(
                folder, SimulatedAccount.between(3, LocalDate.of(2026, 5, 1), LocalDate.of(2026, 5, 12)));
        report = folder.resolve("report.html");
    }

    @AfterEach
    void close() throws IOException {
        installation.close();
    }

    private Path onS3() {
        return installation.bucket().resolve("transformed/report/index.html");
    }

    @Test
    void aRunLeavesItBesideTheDuckDbFileAndOnS3() {
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(report).content().contains("\"report_workouts\":{\"day\":[");
        assertThat(onS3()).hasSameBinaryContentAs(report);
    }

    @Tag("slow")
    @Test
    void onS3ItIsAPageThatABrowserShows() {
        installation.run();

        Map<String, String> settings = installation.settings();
        try (S3Client s3 = S3ClientFactory.create(
                "us-east-1",
                settings.get("S3_ENDPOINT_URL"),
                "",
                settings.get("AWS_ACCESS_KEY_ID"),
                settings.get("AWS_SECRET_ACCESS_KEY"),
                "",
                "10s",
                0,
                new S3Responses(),
                "")) {
            assertThat(s3.headObject(head -> head.bucket(Installation.BUCKET).key("transformed/report/index.html"))
                            .contentType())
                    .matches("text/html; ?charset=(?i:utf-8)");
        }
    }

    @Test
    @Tag("slow")
    void aRunWithNothingToBuildWritesItOnlyIfItIsNotThere() throws IOException {
        installation.run();
        Files.writeString(report, "as it was");

        installation.run();
        assertThat(report).hasContent("as it was");

        Files.delete(report);
        installation.run();
        assertThat(report).content().contains("report_workouts");
        assertThat(onS3()).hasSameBinaryContentAs(report);
    }

    @Tag("slow")
    @Test
    void theCommandMakesItFromTheDuckDbFileAlone() throws IOException {
        installation.run();
        installation.close();
        Files.delete(report);

        assertThat(installation.run("report")).isEqualTo(ExitCode.DONE);

        assertThat(report).content().contains("report_workouts");
    }

    @Test
    void theCommandBeforeTheFirstRunSaysWhatToDo() {
        assertThat(installation.run("report")).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(report).doesNotExist();
    }

    @Tag("slow")
    @Test
    void thereIsNoneIfNoneIsWanted() {
        installation.with("REPORT_PATH", "none");

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(report).doesNotExist();
        assertThat(onS3()).doesNotExist();
        assertThat(installation.run("report")).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Tag("slow")
    @Test
    void itMayBeInAFolderOfItsOwn() {
        installation.with("REPORT_PATH", "web/index.html").run();

        assertThat(folder.resolve("web/index.html")).isNotEmptyFile();
        assertThat(report).doesNotExist();
    }

    @Test
    void aPathThatIsNoPageIsRefusedSoThatItCannotTakeThePlaceOfTheDatabase() {
        assertThat(installation.with("REPORT_PATH", "hevy.duckdb").run()).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Tag("slow")
    @Test
    void theDatabaseItselfSaysWhatItWasBuiltFromAndHowItsTestsEnded() {
        installation.run();

        assertThat(Sql.value(installation.warehouse(), "select load_id from main_pipeline.build"))
                .isEqualTo(installation.lake().loadIds().get(0));
        assertThat(Sql.value(
                        installation.warehouse(),
                        "select count(*) > 20 and max(failures) = 0 from main_pipeline.data_tests"))
                .isEqualTo("true");
        assertThat(Sql.query(
                        installation.warehouse(),
                        "select kind, reads, row_count = (select count(*) from main_marts.daily_exercises)"
                                + " from main_pipeline.relations where name = 'main_marts.daily_exercises'"))
                .hasToString("[[table, [main_staging.stg_hevy__workouts, main_staging.stg_hevy__exercises,"
                        + " main_staging.stg_hevy__sets], true]]");
    }

    @Test
    @Tag("slow")
    void a_database_of_an_earlier_program_that_does_not_note_how_fresh_it_is_has_a_report_and_is_built_anew()
            throws Exception {
        installation.run();
        try (Connection database = DriverManager.getConnection("jdbc:duckdb:" + installation.warehouse());
                Statement statement = database.createStatement()) {
            for (String column : List.of("newest_at", "warn_after_seconds", "error_after_seconds")) {
                statement.execute("alter table main_pipeline.relations drop column " + column);
            }
        }

        assertThat(installation.run("report")).isEqualTo(ExitCode.DONE);
        assertThat(Files.readString(report)).contains("\"newest_at\":[null,");
        assertThat(installation.run("transform")).isEqualTo(ExitCode.DONE);

        assertThat(Sql.value(
                        installation.warehouse(),
                        "select newest_at > timestamp '2020-01-01' and warn_after_seconds = 7 * 86400"
                                + " from main_pipeline.relations where name = 'hevy_raw.workouts'"))
                .isEqualTo("true");
        assertThat(Files.readString(report)).doesNotContain("\"newest_at\":[null,");
    }
}
