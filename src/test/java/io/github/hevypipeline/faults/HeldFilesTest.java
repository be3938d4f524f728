package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A DuckDB file that another program holds open. */
class HeldFilesTest {
    @TempDir
    private Path folder;

    private ProxiedInstallation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(5, 6, LocalDate.of(2026, 6, 10)))
                .with("HEVY_RESOURCES", "workouts");
        assertThat(installation.run().exitCode()).isEqualTo(ExitCode.DONE);
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Fault(16)
    @Tag("slow")
    @Test
    void a_published_file_that_a_person_has_open_is_replaced_all_the_same() throws IOException {
        try (DuckDbHolder person = DuckDbHolder.of(installation.warehouse())) {
            installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 6, 12), 1));

            ProxiedInstallation.Run run = installation.run();

            assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
            assertThat(person.isAlive()).isTrue();
            assertThat(Sql.value(installation.warehouse(), "select count(*) from main_staging.stg_hevy__workouts"))
                    .isEqualTo(Integer.toString(installation.account().count(Listing.WORKOUTS)));
            assertThat(sideFile()).doesNotExist();
        }
    }

    @Fault(16)
    @Test
    void a_published_file_that_a_person_has_open_does_not_end_a_run_that_has_nothing_to_do() throws IOException {
        try (DuckDbHolder person = DuckDbHolder.of(installation.warehouse())) {
            ProxiedInstallation.Run run = installation.run();

            assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
            assertThat(person.isAlive()).isTrue();
        }
    }

    @Fault(16)
    @Test
    @Tag("slow")
    void a_side_file_that_another_program_holds_is_left_alone_and_its_holder_is_named() throws IOException {
        try (DuckDbHolder person = DuckDbHolder.of(sideFile())) {
            installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 6, 12), 1));
            byte[] published = Files.readAllBytes(installation.warehouse());

            ProxiedInstallation.Run run = installation.run();

            assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.LOCAL_DISK);
            assertThat(run.lastLine())
                    .contains(
                            "hevy.duckdb.next is held by another program",
                            "PID " + person.pid(),
                            "Next: Close the program");
            assertThat(installation.warehouse()).hasBinaryContent(published);
            assertThat(sideFile()).exists();
            assertThat(installation.lake().faults()).isEmpty();
        }

        ProxiedInstallation.Run run = installation.run();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(sideFile()).doesNotExist();
        assertThat(Sql.value(installation.warehouse(), "select count(*) from main_staging.stg_hevy__workouts"))
                .isEqualTo(Integer.toString(installation.account().count(Listing.WORKOUTS)));
    }

    @Fault(16)
    @Tag("slow")
    @Test
    void the_docs_of_a_published_file_that_a_person_has_open_are_written_without_its_numbers() throws IOException {
        Path page = folder.resolve("docs.html");
        try (DuckDbHolder person = DuckDbHolder.of(installation.warehouse())) {
            ProxiedInstallation.Run run = installation.run("docs");

            assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
            assertThat(run.toString())
                    .contains("without rows and test results", "hevy.duckdb is held", "PID " + person.pid());
            assertThat(Files.readString(page)).contains("\"held\":true", "\"built\":null");
        }

        assertThat(installation.run("docs").exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(Files.readString(page)).contains("\"held\":false", "\"main_marts.daily_exercises\":");
    }

    @Fault(16)
    @Tag("slow")
    @Test
    void what_a_person_has_open_to_write_is_not_shown_and_its_holder_is_named() throws IOException {
        try (DuckDbHolder person = DuckDbHolder.of(installation.warehouse())) {
            for (String command : List.of("show", "report", "freshness")) {
                ProxiedInstallation.Run run = installation.run(command);

                assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.LOCAL_DISK);
                assertThat(run.lastLine())
                        .contains("hevy.duckdb is held", "PID " + person.pid(), "Next: Close the program");
            }
        }
    }

    @Fault(16)
    @Tag("slow")
    @Test
    void what_a_person_reads_can_be_shown_reported_and_documented() throws IOException {
        try (DuckDbHolder person = DuckDbHolder.reading(installation.warehouse())) {
            for (String command : List.of("show", "report", "freshness", "docs")) {
                ProxiedInstallation.Run run = installation.run(command);

                assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
            }
            assertThat(person.isAlive()).isTrue();
            assertThat(Files.readString(folder.resolve("docs.html"))).contains("\"main_marts.daily_exercises\":");
        }
    }

    @Fault(16)
    @Tag("slow")
    @Test
    void what_a_program_that_died_had_not_yet_written_does_not_get_into_the_file_that_is_published_next()
            throws Exception {
        try (Connection died = DriverManager.getConnection("jdbc:duckdb:" + installation.warehouse());
                Statement statement = died.createStatement()) {
            statement.execute("pragma disable_checkpoint_on_shutdown");
            statement.execute("insert into main_marts.daily_exercises from main_marts.daily_exercises");
        }
        assertThat(folder.resolve("hevy.duckdb.wal")).isNotEmptyFile();
        installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 6, 12), 1));

        ProxiedInstallation.Run run = installation.run();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(Sql.value(
                        installation.warehouse(),
                        "select count(*) - count(distinct set_id) from main_marts.daily_exercises"))
                .isEqualTo("0");
    }

    private Path sideFile() {
        return folder.resolve("hevy.duckdb.next");
    }
}
