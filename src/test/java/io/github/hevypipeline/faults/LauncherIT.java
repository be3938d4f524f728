package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.faults.JarProcess.Running;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher starts the same program sooner, and never starts less than the jar would. */
@Timeout(600)
class LauncherIT {
    private static final int WORKOUTS = 30;

    @TempDir
    private Path root;

    private JarInstallation installation;
    private JarProcess launcher;
    private Path cache;

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(WORKOUTS));
        cache = root.resolve("cache");
        launcher = installation.jar().throughLauncher(cache);
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Tag("slow")
    @Test
    void the_first_run_leaves_an_archive_of_classes_which_the_next_one_takes() throws Exception {
        Ended first = launcher.run();

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(workouts()).isEqualTo(WORKOUTS);
        assertThat(prepared())
                .contains("app.jar", System.mapLibraryName("duckdb_java"), "routes", "schemas", "source", "transform")
                .anyMatch(name -> name.matches("classes\\.(jsa|aot)"))
                .noneMatch(name -> name.matches("(seen|new).*"));

        Path temporary = Files.createDirectory(root.resolve("tmp"));
        Path loaded = root.resolve("loaded.txt");
        Ended second = launcher.with("JAVA_OPTS", "-Xlog:class+load:file=" + loaded + " -Djava.io.tmpdir=" + temporary)
                .run();

        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(Files.readAllLines(loaded))
                .filteredOn(line -> line.contains("io.github.hevypipeline.Main "))
                .singleElement()
                .asString()
                .contains("shared objects file");
        try (Stream<Path> unpacked = Files.list(temporary)) {
            assertThat(unpacked).as("a library that was unpacked once more").isEmpty();
        }
    }

    @Test
    @Tag("slow")
    void a_folder_that_cannot_be_written_costs_only_time() throws Exception {
        Files.writeString(cache, "a file where the folder should be");

        Ended ended = launcher.run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.complaints()).isEmpty();
        assertThat(workouts()).isEqualTo(WORKOUTS);
    }

    @Test
    @Tag("slow")
    void a_folder_with_a_blank_in_its_name_is_no_hindrance() throws Exception {
        cache = root.resolve("a cache");
        launcher.throughLauncher(cache);

        assertThat(launcher.run().exitCode()).isZero();
        Ended second = launcher.run();

        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(second.complaints()).isEmpty();
    }

    @Test
    void a_first_run_that_fails_leaves_no_archive_and_its_own_exit_code() throws Exception {
        Ended ended = launcher.without("HEVY_API_KEY").run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("HEVY_API_KEY is missing");
        assertThat(prepared()).contains("app.jar").noneMatch(name -> name.matches("classes.*|seen.*"));
    }

    @Test
    @Tag("slow")
    void a_signal_reaches_a_first_run_too() throws Exception {
        try (Running running = launcher.with("PIPELINE_PERIOD", "1h").begin()) {
            running.await("publish   published ");
            running.terminate();

            Ended ended = running.ended();

            assertThat(ended.exitCode()).isEqualTo(143);
            assertThat(ended.lastLine()).startsWith("Stopped by a signal");
        }
        assertThat(prepared()).noneMatch(name -> name.matches("classes.*|seen.*"));
    }

    @Test
    void another_jar_is_prepared_anew() throws Exception {
        Path jar = Files.copy(JarProcess.JAR, root.resolve("hevy-pipeline.jar"));
        launcher.with(Map.of("HEVY_PIPELINE_JAR", jar.toString()));
        assertThat(launcher.run("--version").out()).startsWith("hevy-pipeline ");
        FileTime before = preparedAt();

        assertThat(launcher.run("--version").exitCode()).isZero();
        assertThat(preparedAt()).as("the same jar").isEqualTo(before);

        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_700_000_000_000L));
        assertThat(launcher.run("--version").exitCode()).isZero();
        assertThat(preparedAt()).as("another jar").isNotEqualTo(before);
    }

    @Test
    void without_java_it_says_what_to_install() throws Exception {
        Ended ended =
                launcher.with("JAVA_HOME", root.resolve("nothing").toString()).run("--version");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("Install Java 17 or later, or set JAVA_HOME.");
    }

    private long workouts() {
        return Long.parseLong(Sql.query(installation.warehouse(), "select count(*) from hevy_raw.workouts")
                .get(0)
                .get(0));
    }

    private FileTime preparedAt() throws IOException {
        return Files.getLastModifiedTime(folder().resolve("app.jar"));
    }

    private List<String> prepared() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path folder() throws IOException {
        try (Stream<Path> folders = Files.list(cache)) {
            return folders.reduce((one, other) -> {
                        throw new AssertionError("two folders: " + one + ", " + other);
                    })
                    .orElseThrow();
        }
    }
}
