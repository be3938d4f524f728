package io.github.hevypipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ExitCode;
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

/** What {@code mvn camel:run} embeds, and what it refuses. */
class MavenMainTest {
    @TempDir
    private Path folder;

    private final PrintStream terminal = System.err;
    private final PrintStream output = System.out;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setErr(terminal);
        System.setOut(output);
    }

    @Test
    void with_neither_key_nor_bucket_it_runs_the_demo_and_says_so_loudly() throws IOException {
        ExitCode ended = run(Map.of());

        assertThat(ended).isEqualTo(ExitCode.DONE);
        assertThat(errors()).contains("= DEMO =", "simulated", "target/demo/", "There is no .env in this folder.");
        assertThat(folder.resolve("target/demo/hevy.duckdb")).isNotEmptyFile();
        assertThat(files("target/demo/lake/hevy")).anyMatch(name -> name.startsWith("raw/hevy/workouts/"));
        assertThat(folder.resolve("lake")).doesNotExist();
    }

    @Test
    void the_demo_ends_with_plain_rows_and_with_the_report_to_open() {
        assertThat(run(Map.of("PIPELINE_SHOW_LIMIT", "20"))).isEqualTo(ExitCode.DONE);

        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        List<String> rows =
                lines.stream().filter(line -> line.matches("2\\d{3}-.*")).toList();
        assertThat(rows)
                .hasSize(20)
                .as("no escaped text, and no weight converted from pounds")
                .noneMatch(row -> row.contains("\\") || row.matches(".*\\d\\.\\d{3}.*"));
        assertThat(lines.get(lines.size() - 1))
                .as("below the rows")
                .isEqualTo("Report: open "
                        + folder.resolve("target/demo/report.html").toUri());
    }

    @Test
    void with_a_key_alone_it_keeps_the_lake_in_a_folder_and_shows_its_rows_later_without_the_key() throws IOException {
        try (SimulatedHevy hevy = SimulatedHevy.serve(SimulatedAccount.withWorkouts(7, 3, LocalDate.of(2025, 3, 1)))) {
            Map<String, String> key = Map.of(
                    "HEVY_API_KEY",
                    hevy.apiKey(),
                    "HEVY_BASE_URL",
                    hevy.baseUri().toString(),
                    "AWS_PROFILE",
                    "work",
                    "AWS_SESSION_TOKEN",
                    "of-another-session");

            assertThat(run(key)).isEqualTo(ExitCode.DONE);

            assertThat(errors())
                    .contains("lake      in the folder " + folder.resolve("lake"))
                    .doesNotContain("DEMO");
            assertThat(files("lake/hevy"))
                    .anyMatch(name -> name.startsWith("raw/hevy/workouts/"))
                    .contains("transformed/daily_exercises/daily_exercises.parquet");
            printed.reset();

            assertThat(run(Map.of(), "show", "--limit", "1")).isEqualTo(ExitCode.DONE);

            assertThat(printed.toString(StandardCharsets.UTF_8))
                    .as("one's own rows")
                    .contains("\n2025-03-");
            assertThat(errors()).doesNotContain("DEMO");
        }
    }

    @Test
    void with_a_bucket_and_no_key_it_refuses_so_that_simulated_data_never_reaches_it() throws IOException {
        ExitCode ended = run(Map.of("S3_BUCKET_NAME", "lake"));

        assertThat(ended).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(errors()).contains("HEVY_API_KEY is missing").doesNotContain("DEMO");
        assertThat(files("")).isEmpty();
    }

    @Test
    void a_blank_key_in_dotenv_is_no_key() throws IOException {
        Files.writeString(folder.resolve(".env"), "HEVY_API_KEY=\nS3_BUCKET_NAME=lake\n");

        assertThat(run(Map.of())).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(errors()).contains("HEVY_API_KEY is missing");
    }

    @Test
    void a_broken_dotenv_is_reported_in_one_line() throws IOException {
        Files.writeString(folder.resolve(".env"), "# mine\n\nHEVY_API_KEY secret-value\n");

        assertThat(run(Map.of())).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(errors().lines()).singleElement().asString().contains("Line 3 of .env is not NAME=value", "Next:");
        assertThat(errors()).doesNotContain("secret-value");
    }

    @Test
    void an_export_that_is_named_as_an_option_is_no_demo() {
        assertThat(MavenMain.run(new String[] {"--export", "nowhere.csv"}, Map.of(), folder))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(errors()).contains("nowhere.csv").doesNotContain("DEMO");
    }

    @Tag("slow")
    @Test
    void a_process_of_its_own_ends_with_the_exit_code_and_the_cause_as_its_last_line() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MavenMain.class.getName(),
                        "validate")
                .directory(folder.toFile())
                .start();
        List<String> lines = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();

        assertThat(process.waitFor()).isEqualTo(ExitCode.CONFIGURATION.number());
        assertThat(lines.get(lines.size() - 1))
                .startsWith("There is no DuckDB file ")
                .contains("Next: Run the pipeline once, with mvn compile camel:run, or");
    }

    @Test
    void a_folder_that_cannot_hold_the_lake_is_reported_in_one_line() throws IOException {
        Files.createFile(folder.resolve("lake"));

        assertThat(run(Map.of("HEVY_API_KEY", "a-key"))).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(errors().lines().filter(line -> line.contains("Next:")))
                .singleElement()
                .asString()
                .contains(folder.resolve("lake").toString(), "a file is in the place of a folder");
    }

    @Test
    void a_failure_fails_the_build_with_the_exit_code_and_without_a_stack_trace() {
        assertThatThrownBy(() -> MavenMain.main(new String[] {"bogus"}))
                .hasMessage("hevy-pipeline ended with exit code 2")
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    private ExitCode run(Map<String, String> environment, String... args) {
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("DLT_PIPELINE_DIR", folder.resolve("work").toString());
        settings.put("DBT_DUCKDB_PATH", folder.resolve("hevy.duckdb").toString());
        settings.putIfAbsent("PIPELINE_SHOW_LIMIT", "1");
        return MavenMain.run(args, settings, folder);
    }

    private String errors() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private List<String> files(String below) throws IOException {
        Path root = folder.resolve(below);
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .toList();
        }
    }
}
