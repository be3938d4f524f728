package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.AccountExport;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A lake with the API's rows and an export's that has lost its newest commit, and a run that loads not all of it. */
class LostCommitOfTwoSourcesTest {
    private static final LocalDate LAST = LocalDate.of(2025, 3, 14);

    @TempDir
    private Path folder;

    private Installation installation;
    private Path export;
    private String key;

    /** The export alone has the newest workout. */
    @BeforeEach
    void loadBoth() throws IOException {
        Account account = SimulatedAccount.withWorkouts(7, 3, LAST);
        installation = new Installation(folder, account, Installation.Store.FOLDER);
        key = installation.settings().get("HEVY_API_KEY");
        installation.with("HEVY_RESOURCES", "workouts,routine_folders");
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);
        export = folder.resolve("workouts.csv");
        Stream<ObjectNode> workouts = Stream.concat(
                account.items(Listing.WORKOUTS), Stream.of(SimulatedAccount.workout(7, LAST.plusDays(2), 1)));
        AccountExport.write(export, workouts, ZoneOffset.UTC);
        use("export");
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);
        assertThat(ids()).hasSize(4);
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private void use(String source) {
        installation.with("HEVY_API_KEY", source.equals("export") ? "" : key);
        installation.with("HEVY_EXPORT", source.equals("key") ? "" : export.toString());
    }

    private Path dataset() {
        return installation.bucket().resolve("raw/hevy");
    }

    private List<String> ids() {
        return installation.lake().query("select id from {workouts} order by id").stream()
                .map(row -> row.get(0))
                .toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(dataset())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> dataset().relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private void loseCommit() throws IOException {
        Files.write(dataset().resolve("_dlt_loads/0000000002.parquet"), new byte[] {1, 2, 3});
    }

    private CapturedRun extract() {
        return CapturedRun.of(() -> installation.run("extract"));
    }

    @ParameterizedTest
    @Fault(31)
    @CsvSource(
            delimiter = '|',
            value = {
                "export | workouts, routine_folders | HEVY_API_KEY",
                "key    | exported_workouts         | HEVY_EXPORT to the last export of workouts",
            })
    void after_the_newest_commit_was_damaged_the_rows_of_the_source_not_loaded_were_swept(
            String source, String left, String setting) throws IOException {
        loseCommit();
        List<String> before = files();
        use(source);

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(run.lastLine())
                .contains(
                        "The newest commit in ", ", 2, is lost or damaged. This run does not load " + left + ", which")
                .contains(
                        "Next: Set " + setting + " as well, ", "or restore ", "raw/hevy/_dlt_loads/0000000002.parquet");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    @Fault(31)
    void a_table_that_is_no_longer_fetched_was_swept_after_the_newest_commit_was_damaged() throws IOException {
        loseCommit();
        List<String> before = files();
        use("both");
        installation.with("HEVY_RESOURCES", "workouts");

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(run.lastLine()).contains("Next: Set HEVY_RESOURCES to a list with routine_folders as well");
        assertThat(files()).isEqualTo(before);
    }

    @ParameterizedTest
    @Fault(31)
    @ValueSource(strings = {"export", "key"})
    void without_any_commit_the_rows_of_the_source_not_loaded_were_swept(String source) throws IOException {
        Files.delete(dataset().resolve("_dlt_loads/0000000001.parquet"));
        Files.delete(dataset().resolve("_dlt_loads/0000000002.parquet"));
        List<String> before = files();
        use(source);

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(run.lastLine()).contains("but no commit", "or restore ", "raw/hevy/_dlt_loads/ from a backup");
        assertThat(files()).isEqualTo(before);
    }

    @Test
    @Fault(31)
    void a_table_that_hevy_does_not_give_was_swept_after_the_newest_commit_was_damaged() throws IOException {
        loseCommit();
        List<String> before = files();
        use("both");
        installation
                .hevy()
                .meetWith((request, truth) -> request.path().equals("/v1/routine_folders")
                        ? SimulatedResponse.error(403, "Forbidden")
                        : truth.get());

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(run.lastLine())
                .contains("and routine_folders cannot be loaded anew (Hevy responds with status 403)")
                .contains("Next: Run again later, or restore ", "raw/hevy/_dlt_loads/0000000002.parquet");
        assertThat(files()).isEqualTo(before);
        installation.hevy().meetWith(Intruder.NONE);

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(folders()).isNotEmpty();
    }

    @Test
    @Fault(31)
    void a_key_and_an_export_at_once_load_both_anew_after_the_newest_commit_was_damaged() throws IOException {
        List<String> before = ids();
        loseCommit();
        use("both");

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(ids()).isEqualTo(before);
        assertThat(files()).contains("_dlt_loads/0000000003.parquet").doesNotContain("_dlt_loads/0000000002.parquet");
    }

    @ParameterizedTest
    @Fault(31)
    @ValueSource(strings = {"export", "key"})
    void the_rows_of_both_sources_stay_if_only_the_state_is_damaged(String source) throws IOException {
        List<String> before = ids();
        List<String> folders = folders();
        List<String> states =
                files().stream().filter(file -> file.contains("_state/")).toList();
        for (String state : states) {
            Files.write(dataset().resolve(state), new byte[] {1, 2, 3});
        }
        use(source);
        installation.with("HEVY_RESOURCES", "workouts");

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(ids()).isEqualTo(before);
        assertThat(folders()).isEqualTo(folders).isNotEmpty();
        assertThat(files()).contains("_dlt_loads/0000000003.parquet");
    }

    private List<String> folders() {
        return installation.lake().query("select id from {routine_folders} order by id").stream()
                .map(row -> row.get(0))
                .toList();
    }

    @ParameterizedTest
    @Fault(18)
    @CsvSource(
            delimiter = '|',
            value = {
                "export | workouts        | Set HEVY_API_KEY, so that",
                "key    | routine_folders | Add routine_folders to HEVY_RESOURCES, so that",
            })
    void a_lost_file_that_this_run_cannot_write_anew_called_for_the_run_that_had_just_failed(
            String source, String table, String next) throws IOException {
        for (String file : files()) {
            if (file.startsWith(table + "/") && !file.contains(".export_")) {
                Files.delete(dataset().resolve(file));
            }
        }
        try (Stream<Path> cached = Files.walk(folder.resolve("work"))) {
            for (Path file :
                    cached.filter(path -> path.toString().endsWith(".parquet")).toList()) {
                Files.delete(file);
            }
        }
        use(source);
        installation.with("HEVY_RESOURCES", "workouts");

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(run.lastLine()).contains("The committed file " + table + "/", "Next: " + next);
    }
}
