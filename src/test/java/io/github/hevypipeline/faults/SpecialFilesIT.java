package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.faults.JarProcess.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What stands where a result goes stays what it is: a link, a pipe, a device, a mode that was set by hand. */
@Timeout(180)
class SpecialFilesIT {
    private static final int WORKOUTS = 30;

    @TempDir
    private Path root;

    private JarInstallation installation;
    private JarProcess jar;

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(WORKOUTS));
        jar = installation.jar();
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Test
    @Fault(47)
    @Tag("slow")
    void links_are_followed_modes_stay_and_new_files_are_for_their_owner_alone() throws Exception {
        Path folder = installation.folder();
        assertThat(jar.run().exitCode()).isZero();
        assertThat(mode(folder.resolve("hevy.duckdb"))).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("report.html"))).isEqualTo("rw-------");
        assertThat(Files.getPosixFilePermissions(folder.resolve(".dlt_pipelines")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));

        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Path database = move(folder.resolve("hevy.duckdb"), elsewhere.resolve("mine.duckdb"), "rw-r-----");
        Path report = move(folder.resolve("report.html"), elsewhere.resolve("mine.html"), "rw-r--r--");
        Files.writeString(report, "the report of before");

        Ended again = jar.run("transform");

        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(folder.resolve("hevy.duckdb")).isSymbolicLink();
        assertThat(folder.resolve("report.html")).isSymbolicLink();
        assertThat(mode(database)).isEqualTo("rw-r-----");
        assertThat(mode(report)).isEqualTo("rw-r--r--");
        assertThat(report).content().contains("<html").doesNotContain("the report of before");

        Path csv = elsewhere.resolve("sets.csv");
        Files.createSymbolicLink(folder.resolve("sets.csv"), csv);
        assertThat(jar.run("show", "--format", "csv", "--output", "sets.csv").exitCode())
                .isZero();
        assertThat(folder.resolve("sets.csv")).isSymbolicLink();
        assertThat(csv).content().startsWith("workout_date,");
        assertThat(mode(csv)).isEqualTo("rw-------");
        assertThat(elsewhere).isDirectoryNotContaining("glob:**.part").isDirectoryNotContaining("glob:**.next*");
    }

    @Test
    @Fault(47)
    @Tag("slow")
    void a_pipe_is_written_through_as_output_and_refused_as_database_and_report() throws Exception {
        assertThat(jar.run().exitCode()).isZero();
        Path pipe = pipe("rows");
        Path read = root.resolve("read");
        Process reader = new ProcessBuilder("cat", pipe.toString())
                .redirectOutput(read.toFile())
                .start();

        Ended shown = jar.run("show", "--format", "csv", "--output", pipe.toString());

        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(reader.waitFor()).isZero();
        assertThat(read).content().startsWith("workout_date,");
        assertThat(Files.isRegularFile(pipe, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(jar.run("show", "--output", "/dev/null").exitCode()).isZero();
        assertThat(Path.of("/dev/null"))
                .satisfies(device -> assertThat(Files.isRegularFile(device)).isFalse());

        int asked = installation.hevy().log().size();
        Ended refused = jar.with("DBT_DUCKDB_PATH", pipe.toString())
                .with("REPORT_PATH", pipe("r.html").toString())
                .run();

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains("DBT_DUCKDB_PATH is a named pipe or a device", "REPORT_PATH is a named pipe or a device");
        assertThat(installation.hevy().log()).as("requests").hasSize(asked);
    }

    @Test
    @Fault(47)
    void an_env_file_that_others_may_read_is_mentioned_once() throws Exception {
        Path file = installation.folder().resolve(".env");
        Files.writeString(file, "HEVY_API_KEY=" + JarInstallation.KEY + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        Ended readable = jar.run("freshness");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Ended hidden = jar.run("freshness");

        assertThat(readable.complaints())
                .filteredOn(line -> line.contains("chmod 600 .env"))
                .hasSize(1);
        assertThat(hidden.err()).doesNotContain("chmod");
    }

    @Test
    @Fault(48)
    @Tag("slow")
    void rows_that_find_no_room_end_with_6_and_a_reader_that_goes_away_does_not() throws Exception {
        assertThat(jar.run().exitCode()).isZero();

        for (String format : new String[] {"csv", "table"}) {
            Ended full = jar.under("sh", "-c", "exec \"$0\" \"$@\" > /dev/full").run("show", "--format", format);

            assertThat(full.exitCode()).as(format + ": " + full.err()).isEqualTo(6);
            assertThat(full.lastLine())
                    .contains("Standard output cannot be written", "No space left on device", "Next: ");
        }
        Ended head = jar.under("bash", "-c", "set -o pipefail; \"$0\" \"$@\" | head -c 10")
                .run("show", "workouts__exercises__sets", "--format", "csv");

        assertThat(head.exitCode()).as(head.err()).isZero();
        assertThat(head.out()).hasSize(10);
    }

    @Test
    @Fault(48)
    void help_on_a_full_disk_ends_with_6() throws Exception {
        Ended full = jar.under("sh", "-c", "exec \"$0\" \"$@\" > /dev/full").run("--help");

        assertThat(full.exitCode()).isEqualTo(6);
        assertThat(full.lastLine()).contains("Standard output cannot be written");
    }

    @Test
    @Fault(54)
    @Tag("slow")
    void sql_without_end_is_cancelled_by_a_signal_which_says_what_was_running() throws Exception {
        assertThat(jar.run("extract").exitCode()).isZero();
        endless();
        try (Running running = jar.with("LOG_LEVEL", "DEBUG").begin("transform")) {
            running.await("running endless");

            Ended ended = running.signal("HUP").ended();

            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(143);
            assertThat(ended.lastLine())
                    .contains("Stopped by a signal while ", "models/marts/endless.sql", "SQL was cancelled");
        }
        assertThat(installation.warehouse()).doesNotExist();
    }

    @Test
    @Fault(54)
    @Tag("slow")
    void a_model_that_takes_longer_than_it_may_is_cancelled_and_named() throws Exception {
        assertThat(jar.run("extract").exitCode()).isZero();
        endless();

        Ended ended = jar.with("TRANSFORM_TIMEOUT", "1s").run("transform");

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.lastLine())
                .contains("models/marts/endless.sql", "ran longer than TRANSFORM_TIMEOUT allows", "Next: ");
        assertThat(installation.warehouse()).doesNotExist();
    }

    @Test
    @Fault(54)
    @Tag("slow")
    void a_template_without_end_is_named_by_the_signal_that_ends_it() throws Exception {
        jar.copy("transform");
        StringBuilder loops = new StringBuilder("select 1 as x");
        for (String variable : List.of("a", "b", "c", "d", "e")) {
            loops.append("{% for ").append(variable).append(" in range(900) %}");
        }
        loops.append("{% if a == b and b == -1 %}, 2{% endif %}").append("{% endfor %}".repeat(5));
        Files.writeString(installation.folder().resolve("transform/models/marts/endless.sql"), loops);
        try (Running running = jar.with("LOG_LEVEL", "DEBUG").begin("transform")) {
            running.await("rendering models/marts/endless.sql");

            Ended ended = running.terminate().ended();

            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(143);
            assertThat(ended.lastLine()).contains("Stopped by a signal", "models/marts/endless.sql");
        }
    }

    private void endless() throws IOException {
        jar.copy("transform");
        Files.writeString(
                installation.folder().resolve("transform/models/marts/endless.sql"),
                "select count(*) as n from range(1000000000) as a, range(1000000000) as b\n");
    }

    private Path pipe(String name) throws Exception {
        Path pipe = root.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        return pipe;
    }

    private static Path move(Path file, Path target, String mode) throws IOException {
        Files.move(file, target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
        Files.createSymbolicLink(file, target);
        return target;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
