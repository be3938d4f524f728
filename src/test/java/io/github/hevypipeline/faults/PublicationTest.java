package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Marts, DuckDB file and report are in their places, of one build, or the next run makes them so. */
@Tag("slow")
class PublicationTest {
    private static final String MART = "transformed/daily_exercises/daily_exercises.parquet";

    @TempDir
    private Path folder;

    private ProxiedInstallation home;

    @BeforeEach
    void install() throws IOException {
        home = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(3, 6, LocalDate.of(2026, 1, 10)));
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
    }

    private ProxiedInstallation.Run run() {
        ProxiedInstallation.Run run = home.run();
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.DONE);
        return run;
    }

    private Invariants invariants() {
        return Invariants.of(home.bucket(), home.warehouse(), folder.resolve("work"));
    }

    @Tag("slow")
    @ParameterizedTest
    @Fault(33)
    @ValueSource(strings = {"deleted", "shortened", "report deleted"})
    void marts_that_were_lost_on_s3_stayed_lost_until_something_changed(String how) throws IOException {
        run();
        Path mart = home.bucket().resolve(how.startsWith("report") ? "transformed/report/index.html" : MART);
        if (how.equals("shortened")) {
            Files.writeString(mart, "PAR1");
        } else {
            Files.delete(mart);
        }

        ProxiedInstallation.Run run = run();

        assertThat(run.lines()).anyMatch(line -> line.contains("publishing again"));
        invariants().holdFor(Truth.of(home.account()));
        home.s3Proxy().forgetLog();
        assertThat(run().lines()).anyMatch(line -> line.contains("nothing to build"));
        assertThat(home.s3Proxy().log())
                .noneMatch(entry -> entry.request().method().equals("PUT"));
    }

    @Test
    @Fault(33)
    void another_transformed_prefix_stayed_empty_until_something_changed() {
        run();
        home.with("S3_TRANSFORMED_PREFIX", "marts");

        run();

        assertThat(home.bucket().resolve("marts/daily_exercises/daily_exercises.parquet"))
                .exists();
        assertThat(home.bucket().resolve("marts/report/index.html")).exists();
        assertThat(run().lines()).anyMatch(line -> line.contains("nothing to build"));
    }

    @ParameterizedTest
    @Fault(35)
    @ValueSource(strings = {"database", "report", "folder of report"})
    void a_place_that_cannot_be_written_was_noticed_after_the_load(String place) throws IOException {
        switch (place) {
            case "database" -> Files.createDirectories(home.warehouse());
            case "report" -> Files.createDirectories(folder.resolve("report.html/inner"));
            default -> {
                Files.writeString(folder.resolve("file"), "not a folder");
                home.with("REPORT_PATH", "file/report.html");
            }
        }

        ProxiedInstallation.Run run = home.run();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(run.lastLine()).contains(place.equals("database") ? "DBT_DUCKDB_PATH" : "REPORT_PATH", "Next: ");
        assertThat(home.requests()).isEmpty();
        assertThat(besideTheDatabase()).isEmpty();
    }

    @Tag("slow")
    @Test
    @Fault(35)
    void a_publication_that_s3_denies_left_side_files_and_is_made_whole_by_the_next_run() throws IOException {
        run();
        byte[] published = Files.readAllBytes(home.warehouse());
        home.account()
                .add(SimulatedAccount.workout(3, LocalDate.of(2026, 1, 12), 1)
                        .without(List.of("updated_at", "created_at")));
        // The last PUT of the publication.
        home.s3Proxy()
                .meetWith(request ->
                        request.method().equals("PUT") && request.path().contains("/report/")
                                ? Mishap.respond(403, "AccessDenied")
                                : Mishap.NONE);

        ProxiedInstallation.Run run = home.run();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine()).contains("s3:PutObject");
        assertThat(home.warehouse()).hasBinaryContent(published);
        assertThat(besideTheDatabase()).isEmpty();
        home.s3Proxy().meetWith(request -> Mishap.NONE);
        run();
        invariants().holdFor(Truth.of(home.account()));
    }

    private List<String> besideTheDatabase() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("hevy.duckdb.") || name.startsWith("."))
                    .toList();
        }
    }
}
