package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A lake whose newest commit or state is lost or damaged recovers without help. */
@Tag("slow")
class DamagedLoadLogTest {
    @TempDir
    private Path folder;

    private ProxiedInstallation home;

    @BeforeEach
    void loadTwice() throws IOException {
        home = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(3, 6, LocalDate.of(2026, 1, 10)));
        home.succeed("extract");
        home.account().add(workout(1));
        home.succeed("extract");
        assertThat(home.lake().commits()).isEqualTo(2);
        home.s3Proxy().forgetLog();
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
    }

    private static ObjectNode workout(int day) {
        return SimulatedAccount.workout(3, LocalDate.of(2026, 1, 11).plusDays(day), 1)
                .without(List.of("updated_at", "created_at"));
    }

    private Path newest(String table) {
        List<String> files = home.lake().files(table);
        return home.bucket().resolve("raw/hevy").resolve(files.get(files.size() - 1));
    }

    /** What somebody may have done to an object of the load log. */
    private void harm(String table, String how) throws IOException, SQLException {
        Path object = newest(table);
        switch (how) {
            case "lost" -> Files.delete(object);
            case "empty" -> Files.write(object, new byte[0]);
            case "cut" -> Files.write(object, Arrays.copyOf(Files.readAllBytes(object), 500));
            case "text" -> Files.writeString(object, "${env:HOME} is no Parquet");
            case "wrong" -> {
                String column = table.equals("_dlt_loads") ? "manifest" : "state";
                rewrite(object, "* replace ('{\"tables\": [' as " + column + ")");
            }
            case "old" -> {
                List<String> files = home.lake().files(table);
                Files.copy(
                        home.bucket().resolve("raw/hevy").resolve(files.get(0)),
                        object,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            case "foreign" -> rewrite(object, "42 as answer");
            case "whole" -> assertThat(object).exists();
            default -> throw new IllegalArgumentException(how);
        }
    }

    private void rewrite(Path object, String columns) throws IOException, SQLException {
        Path other = folder.resolve("other.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("copy (select " + columns + " from '" + object + "') to '" + other
                    + "' (format parquet, compression zstd)");
        }
        Files.move(other, object, StandardCopyOption.REPLACE_EXISTING);
    }

    private void forgetLocalCopies() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("work"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @ParameterizedTest
    @Fault(31)
    @CsvSource({
        "cut,     whole, true",
        "text,    whole, false",
        "empty,   lost,  true",
        "wrong,   whole, true",
        "old,     whole, true",
        "foreign, cut,   false",
        "whole,   lost,  true",
        "whole,   lost,  false",
        "whole,   cut,   true",
        "whole,   old,   true",
        "whole,   wrong, false",
    })
    void a_newest_commit_or_state_that_cannot_be_read_stopped_every_later_run(
            String commit, String state, boolean hasLocalCopies) throws IOException, SQLException {
        harm("_dlt_loads", commit);
        harm("_dlt_pipeline_state", state);
        home.account().add(workout(2));
        if (!hasLocalCopies) {
            forgetLocalCopies();
        }

        ProxiedInstallation.Run run = home.succeed("extract");

        assertThat(run.lines().stream().filter(line -> line.contains("everything is loaded anew")))
                .hasSize(1);
        assertThat(newest("_dlt_loads")).hasFileName("0000000003.parquet");
        home.rawTablesHold();
        int committed = indexOf("PUT /lake/raw/hevy/_dlt_loads/");
        assertThat(indexOf("DELETE ")).isGreaterThan(committed);

        home.s3Proxy().forgetLog();
        assertThat(home.succeed("extract").lines()).noneMatch(line -> line.contains("anew"));
        assertThat(home.writes()).isEmpty();
    }

    private int indexOf(String begin) {
        List<String> writes = home.writes();
        for (int i = 0; i < writes.size(); i++) {
            if (writes.get(i).startsWith(begin)) {
                return i;
            }
        }
        throw new AssertionError(begin + " is not in " + writes);
    }

    @Tag("slow")
    @ParameterizedTest
    @Fault({31, 36})
    @CsvSource({"true", "false"})
    void a_newest_commit_that_is_gone_left_its_rows_twice(boolean hasLocalCopies) throws IOException {
        Files.delete(newest("_dlt_loads"));
        if (!hasLocalCopies) {
            forgetLocalCopies();
        }

        home.succeed("extract");

        assertThat(newest("_dlt_loads")).hasFileName("0000000002.parquet");
        home.rawTablesHold();
    }

    @Test
    @Fault(31)
    void a_lake_that_has_lost_its_whole_load_log_is_loaded_anew_and_has_no_row_twice() throws IOException {
        for (String table : List.of("_dlt_loads", "_dlt_pipeline_state")) {
            Files.delete(newest(table));
            Files.delete(newest(table));
        }

        home.succeed("extract");

        home.rawTablesHold();
    }

    @Test
    @Fault(31)
    void an_older_commit_that_is_damaged_does_not_keep_leftovers_from_being_swept() throws IOException {
        Path states = home.bucket().resolve("raw/hevy/_dlt_pipeline_state");
        Files.write(home.bucket().resolve("raw/hevy/_dlt_loads/0000000001.parquet"), new byte[] {1, 2, 3});
        Path stray = Files.writeString(states.resolve("1000000000.0000001.parquet"), "x");

        home.succeed("extract");

        assertThat(stray).doesNotExist();
    }

    @Test
    @Fault(31)
    void a_transform_that_cannot_read_the_newest_commit_says_what_to_run() throws IOException, SQLException {
        harm("_dlt_loads", "cut");

        ProxiedInstallation.Run run = home.run("transform");

        assertThat(run.exitCode()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine()).contains("The newest commit", "is lost or damaged", "Next: Run extract");
        assertThat(home.writes()).isEmpty();
    }

    @Test
    @Fault({26, 31})
    void a_damaged_commit_beside_a_state_of_a_newer_version_is_refused_and_not_replaced()
            throws IOException, SQLException {
        rewrite(newest("_dlt_pipeline_state"), "* replace (1000::bigint as engine_version)");
        harm("_dlt_loads", "cut");

        ProxiedInstallation.Run run = home.run("extract");

        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.lastLine()).contains("newer version of hevy-pipeline");
        assertThat(home.writes()).isEmpty();
    }
}
