package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.faults.JarProcess.Running;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder may have any name; one that some part cannot take is refused by name before anything is contacted. */
@Timeout(180)
class PlacesIT {
    private static final int WORKOUTS = 30;

    @TempDir
    private Path root;

    private JarInstallation installation;
    private Mount mounted;

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(WORKOUTS));
    }

    @AfterEach
    void stop() throws Exception {
        installation.close();
        if (mounted != null) {
            mounted.remove();
        }
    }

    private JarProcess in(String folder) throws IOException {
        return new JarProcess(
                        Files.createDirectories(root.resolve(folder)),
                        Files.createDirectories(root.resolve("logs-of-it")))
                .with(installation.jar().environment());
    }

    @Test
    @Fault(44)
    @Tag("slow")
    void in_the_locale_of_cron_the_launcher_works_in_a_folder_with_an_umlaut() throws Exception {
        Ended ended = in("Übungen")
                .with("LC_ALL", "C")
                .throughLauncher(root.resolve("cache"))
                .run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.complaints()).isEmpty();
        assertThat(Sql.value(root.resolve("Übungen/hevy.duckdb"), "select count(*) from hevy_raw.workouts"))
                .isEqualTo(Integer.toString(WORKOUTS));
    }

    @Test
    @Fault(44)
    void in_the_locale_of_cron_the_bare_jar_says_that_it_cannot_name_the_folder() throws Exception {
        Ended ended = in("Übungen").with("LC_ALL", "C").run();

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.lastLine())
                .contains(
                        "Java cannot encode the working folder's name in this locale",
                        "LC_ALL=C.UTF-8",
                        "bin/hevy-pipeline")
                .doesNotContain("damaged", "room");
        assertThat(installation.hevy().log()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%41 #b {c} $d [ef] g,h'i (j) ${k} {{x}}"})
    @Fault(46)
    void a_folder_of_any_other_name_works(String folder) throws Exception {
        Ended ended = in(folder).run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.complaints()).isEmpty();
        assertThat(root.resolve(folder).resolve("report.html")).exists();
        Ended shown = in(folder).run("show", "--format", "csv", "--output", "a?b;c%20#d {{x}}.csv");
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(root.resolve(folder).resolve("a?b;c%20#d {{x}}.csv")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a?b", "a;b"})
    @Fault(46)
    void a_folder_where_duckdb_would_end_the_path_is_refused_by_name(String folder) throws Exception {
        Ended ended = in(folder).run();

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.err()).contains("DBT_DUCKDB_PATH has a ; or ? in its absolute path", folder);
        assertThat(installation.hevy().log()).isEmpty();
    }

    @Test
    @Fault(46)
    @Tag("slow")
    void paths_that_look_like_numbers_or_references_are_taken_as_paths() throws Exception {
        Ended ended = in("f").with("DLT_PIPELINE_DIR", "2024")
                .with("DBT_DUCKDB_PATH", "2025")
                .with("REPORT_PATH", "#bean:r?%20;.html")
                .run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(root.resolve("f/2024")).isDirectory();
        assertThat(root.resolve("f/2025")).isRegularFile();
        assertThat(root.resolve("f/#bean:r?%20;.html")).isRegularFile();
    }

    @Test
    @Fault(46)
    void a_value_that_the_routes_would_take_for_their_own_is_refused_by_name() throws Exception {
        Ended ended = in("f").with("DLT_PIPELINE_DIR", "w{{x}}")
                .with("DBT_DUCKDB_PATH", "a\"b")
                .with("REPORT_PATH", "r{{x}}.html")
                .with("S3_RAW_PREFIX", "2025")
                .with("PIPELINE_SELECT", "{{x}}")
                .run();

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.err())
                .contains(
                        "DLT_PIPELINE_DIR contains",
                        "DBT_DUCKDB_PATH contains",
                        "REPORT_PATH contains",
                        "PIPELINE_SELECT contains")
                .contains("S3_RAW_PREFIX is a number");
        assertThat(installation.hevy().log()).isEmpty();
    }

    @Test
    @Fault(45)
    @Tag("slow")
    void a_temporary_folder_that_is_not_there_is_named_by_the_jar_and_replaced_by_the_launcher() throws Exception {
        String nowhere = "-Djava.io.tmpdir=" + root.resolve("nowhere");

        Ended jar = in("f").jvm(nowhere).run();

        assertThat(jar.exitCode()).as(jar.err()).isEqualTo(6);
        assertThat(jar.lastLine())
                .contains("java.io.tmpdir", root.resolve("nowhere") + ": no such folder", "bin/hevy-pipeline");
        assertThat(installation.hevy().log()).isEmpty();
        Ended doctor = in("f").jvm(nowhere).run("doctor");
        assertThat(doctor.exitCode()).isEqualTo(6);
        assertThat(doctor.out()).contains("✘ temporary files");

        Ended launched = in("f").with("JAVA_OPTS", nowhere)
                .throughLauncher(root.resolve("cache"))
                .run();

        assertThat(launched.exitCode()).as(launched.err()).isZero();
        assertThat(launched.complaints()).isEmpty();
        assertThat(left(root.resolve("f/.dlt_pipelines"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"noexec", "size=2m"})
    @Fault(45)
    @Tag("slow")
    void a_temporary_folder_that_runs_no_programs_or_has_no_room_is_named(String option) throws Exception {
        Path temporary = Files.createDirectory(root.resolve("tmp"));
        mounted = new Mount(temporary, option);

        Ended ended = in("f").jvm("-Djava.io.tmpdir=" + temporary).run();

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(6);
        assertThat(ended.lastLine()).contains("java.io.tmpdir", temporary.toString(), "Next: ");
        assertThat(installation.hevy().log()).isEmpty();
        assertThat(left(temporary)).isEmpty();
    }

    /** As if another process removed it at the same moment. */
    @Test
    @Fault(45)
    @Tag("slow")
    void a_leftover_in_the_temporary_folder_whose_lock_cannot_be_opened_stops_no_run() throws Exception {
        Path temporary = Files.createDirectory(root.resolve("tmp"));
        Files.createDirectories(temporary.resolve("hevy-pipeline-left/lock"));

        Ended ended = in("f").jvm("-Djava.io.tmpdir=" + temporary).run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(left(temporary)).containsExactly("hevy-pipeline-left");
    }

    @Test
    @Fault(45)
    @Tag("slow")
    void what_a_killed_run_has_left_in_the_temporary_folder_is_removed_by_the_next() throws Exception {
        Path temporary = Files.createDirectory(root.resolve("tmp"));
        JarProcess jar = in("f").jvm("-Djava.io.tmpdir=" + temporary);
        try (Running running = jar.with("PIPELINE_PERIOD", "1h").begin()) {
            running.await("publish   published ");
            assertThat(left(temporary)).isNotEmpty();
            assertThat(jar.without("PIPELINE_PERIOD").run("freshness").exitCode())
                    .isZero();
            assertThat(left(temporary)).as("of the one that lives").isNotEmpty();
            running.kill();
        }
        assertThat(left(temporary)).as("of the killed one").isNotEmpty();

        assertThat(jar.run("freshness").exitCode()).isZero();

        assertThat(left(temporary)).isEmpty();
    }

    private static List<String> left(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("hevy-pipeline-") || name.endsWith(".so"))
                    .toList();
        }
    }
}
