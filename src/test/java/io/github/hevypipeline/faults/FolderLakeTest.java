package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.routes.Installation.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lake in a folder is the same lake as one on S3. */
class FolderLakeTest {
    private static final String IN_PLACE = "✘ lake folder";

    @TempDir
    private Path folder;

    private final PrintStream terminal = System.out;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setOut(terminal);
    }

    private static Account account() {
        return SimulatedAccount.withWorkouts(7, 12, LocalDate.of(2025, 1, 10));
    }

    private static void change(Account account) {
        List<String> ids = account.items(Listing.WORKOUTS)
                .map(workout -> workout.path("id").asText())
                .toList();
        account.edit(ids.get(0), workout -> workout.put("title", "Edited"));
        account.delete(ids.get(5));
    }

    private Installation inFolder(Account account) throws IOException {
        return new Installation(Files.createDirectories(folder.resolve("local")), account, Store.FOLDER);
    }

    private String printed() {
        String text = written.toString(StandardCharsets.UTF_8);
        written.reset();
        return text;
    }

    /** Without load ids and the times of a load or an edit. */
    private static List<List<String>> content(Installation installation, String table) {
        return installation
                .lake()
                .query("select columns(c -> c not in ('_dlt_load_id', '_dlt_extracted_at', 'updated_at')) from {"
                        + table + "} order by _dlt_id");
    }

    private static List<String> transformed(Installation installation) throws IOException {
        Path place = installation.bucket().resolve("transformed");
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> place.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    @Tag("slow")
    void first_load_unchanged_run_and_change_leave_the_rows_and_marts_that_they_leave_on_s3() throws IOException {
        try (Installation local = inFolder(account());
                Installation remote = new Installation(Files.createDirectories(folder.resolve("remote")), account())) {
            for (Installation installation : List.of(local, remote)) {
                assertThat(installation.run()).isEqualTo(ExitCode.DONE);
            }
            assertThat(printed())
                    .contains("Lake:        " + local.bucket().resolve("raw/hevy") + "/\n")
                    .contains(" to Hevy, 0 to S3");
            assertThat(local.run()).isEqualTo(ExitCode.DONE);
            assertThat(printed()).contains("(no changes)");
            assertThat(local.lake().commits()).isEqualTo(1);

            for (Installation installation : List.of(local, remote)) {
                change(installation.account());
                assertThat(installation.run()).isEqualTo(ExitCode.DONE);
            }

            assertThat(local.lake().commits()).isEqualTo(2);
            assertThat(local.lake().faults()).isEmpty();
            for (String table : List.of("workouts", "workouts__exercises", "workouts__exercises__sets", "routines")) {
                assertThat(content(local, table)).as(table).isNotEmpty().isEqualTo(content(remote, table));
            }
            assertThat(transformed(local))
                    .contains("daily_exercises/daily_exercises.parquet", "report/index.html")
                    .isEqualTo(transformed(remote));
            Invariants.of(local.bucket(), local.warehouse(), folder.resolve("local/work"))
                    .holdFor(Truth.of(local.account()));
        }
    }

    @Test
    void a_lake_that_an_s3_server_kept_as_files_is_continued_as_it_is() throws IOException {
        try (Installation local = inFolder(account())) {
            Map<String, String> served = new HashMap<>(local.settings());
            served.remove("LAKE_PATH");
            try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("local/lake"), "hevy")) {
                served.putAll(Map.of(
                        "S3_BUCKET_NAME", "hevy",
                        "S3_ENDPOINT_URL", s3.endpoint().toString(),
                        "AWS_ACCESS_KEY_ID", s3.accessKey(),
                        "AWS_SECRET_ACCESS_KEY", s3.secretKey()));
                assertThat(Main.run(new String[] {"extract"}, served)).isEqualTo(ExitCode.DONE);
            }
            printed();

            assertThat(local.run("extract")).isEqualTo(ExitCode.DONE);

            assertThat(printed()).contains("(no changes)");
            assertThat(local.lake().commits()).isEqualTo(1);
            assertThat(local.lake().faults()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bücher & ${body} RAW(x) #1, it's %20?a=b", "#bean:lake", "42"})
    void a_path_is_a_path_whatever_it_contains(String name) throws IOException {
        String path = folder.resolve("local").resolve(name).toString();
        try (Installation local = inFolder(account()).with("LAKE_PATH", path)) {
            assertThat(local.run("extract")).isEqualTo(ExitCode.DONE);

            assertThat(printed()).contains("Lake:        " + path + "/hevy/raw/hevy/\n");
            assertThat(local.lake().commits()).isEqualTo(1);
        }
    }

    @Test
    void a_file_in_the_place_of_the_folder_is_refused_before_any_request() throws IOException {
        Files.writeString(folder.resolve("taken"), "");
        try (Installation local =
                inFolder(account()).with("LAKE_PATH", folder.resolve("taken").toString())) {
            CapturedRun run = CapturedRun.of(() -> local.run("extract"));

            assertThat(run.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
            assertThat(run.lastLine()).contains("taken", "a file is in the place of a folder", "Next: ");
            assertThat(local.run("doctor")).isEqualTo(ExitCode.LOCAL_DISK);
            assertThat(printed()).contains(IN_PLACE);
        }
    }

    @Test
    void a_bucket_and_a_folder_exclude_each_other() throws IOException {
        try (Installation local = inFolder(account()).with("S3_BUCKET_NAME", "lake")) {
            CapturedRun run = CapturedRun.of(() -> local.run("extract"));

            assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(run.text()).contains("LAKE_PATH and S3_BUCKET_NAME are both set", "Unset one");
        }
    }

    @Test
    void to_transform_what_was_never_loaded_names_the_folder_and_makes_none() throws IOException {
        try (Installation local = inFolder(account())) {
            CapturedRun run = CapturedRun.of(() -> local.run("transform"));

            assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(run.lastLine()).contains("There is no load in", "LAKE_PATH");
            assertThat(folder.resolve("local/lake")).doesNotExist();
        }
    }

    @Test
    void the_doctor_checks_the_folder_and_leaves_nothing_in_it() throws IOException {
        try (Installation local = inFolder(account())) {
            assertThat(local.run("doctor")).isEqualTo(ExitCode.DONE);

            assertThat(printed())
                    .contains("✔ lake folder", "✔ create file", "✔ hard links", "✔ read file", "✔ delete file")
                    .contains("✔ transformed", "✔ lake disk")
                    .doesNotContain("S3", "✘");
            try (Stream<Path> left = Files.walk(folder.resolve("local/lake"))) {
                assertThat(left).noneMatch(Files::isRegularFile);
            }
        }
    }

    @Test
    void the_next_run_sweeps_what_a_killed_process_was_writing() throws IOException {
        try (Installation local = inFolder(account())) {
            assertThat(local.run("extract")).isEqualTo(ExitCode.DONE);
            Path stray =
                    local.bucket().resolve("raw/hevy/workouts/.half.parquet.0b0d6e9c-8b07-4c5e-9f6b-2f6f1f0f1f0f.part");
            Files.writeString(stray, "half");

            assertThat(local.run("extract")).isEqualTo(ExitCode.DONE);

            assertThat(stray).doesNotExist();
        }
    }
}
