package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.routes.LakeReader;
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

/** A local disk that is full, read-only or not there ends a run with 6 and the place; with room again all comes right. */
@Timeout(600)
class LocalDiskIT {
    private static final int WORKOUTS = 300;
    private static final int DISK_KILOBYTES = 16_384;

    @TempDir
    private Path root;

    private JarInstallation installation;
    private JarProcess jar;
    private Mount mounted;

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(WORKOUTS));
        jar = installation.jar();
    }

    @AfterEach
    void stop() throws Exception {
        installation.close();
        if (mounted != null) {
            mounted.remove();
        }
    }

    @Test
    @Tag("slow")
    @Fault(13)
    void a_file_that_may_not_grow_ends_it_with_6_and_a_file_in_the_place_of_the_folder_too() throws Exception {
        Ended limited =
                jar.under("bash", "-c", "ulimit -f 40; exec \"$0\" \"$@\"").run("extract");

        assertThat(limited.exitCode()).as(limited.err()).isEqualTo(6);
        assertThat(limited.lastLine()).contains("java.io.tmpdir", "File too large", "Next: ");
        assertThat(installation.bucket()).isEmptyDirectory();

        Files.writeString(installation.folder().resolve("taken"), "");
        Ended inTheWay = jar.under().with("DLT_PIPELINE_DIR", "taken").run("extract");

        assertThat(inTheWay.exitCode()).as(inTheWay.err()).isEqualTo(6);
        assertThat(inTheWay.complaints()).hasSize(1);
        assertThat(inTheWay.lastLine()).contains("taken", "a file is in the place of a folder");

        Ended missing = jar.with("DLT_PIPELINE_DIR", "not/there/yet").run("extract");

        assertThat(missing.exitCode())
                .as("a missing folder is made: " + missing.err())
                .isZero();
    }

    @ParameterizedTest(name = "with {0} KB left, {1}")
    @CsvSource({"40, pages", "1500, staged files", "2200, the build"})
    @Fault(13)
    @Tag("slow")
    void a_full_disk_ends_it_with_6_and_with_room_the_next_run_is_right(int kilobytesLeft, String place)
            throws Exception {
        mount();
        Path ballast = installation.folder().resolve("ballast");
        Files.write(ballast, new byte[(DISK_KILOBYTES - kilobytesLeft) * 1024]);

        Ended full = jar.run();

        assertThat(full.exitCode()).as(full.err()).isEqualTo(6);
        assertThat(full.lastLine())
                .containsIgnoringCase("no space")
                .contains(installation.folder().toString(), "Next: ");
        assertThat(left()).as("%s: %s", place, full.lastLine()).noneMatch(file -> file.startsWith("hevy.duckdb"));

        Files.delete(ballast);
        theNextRunComesOutRight();
    }

    @Test
    @Fault(13)
    @Tag("slow")
    void a_read_only_disk_ends_it_with_6_and_when_it_may_be_written_the_next_run_is_right() throws Exception {
        mount();
        mounted.remount("ro");

        Ended ended = jar.run();

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(6);
        assertThat(ended.lastLine())
                .contains(installation.folder().toString(), "Read-only file system", "Next: Allow writing");
        mounted.remount("rw");
        theNextRunComesOutRight();
    }

    @ParameterizedTest(name = "with {0} KB left")
    @ValueSource(ints = {20, 120})
    @Fault(13)
    @Tag("slow")
    void a_full_disk_of_a_lake_in_a_folder_ends_it_with_6_and_with_room_the_next_run_is_right(int kilobytesLeft)
            throws Exception {
        Path disk = Files.createDirectories(root.resolve("disk"));
        mounted = new Mount(disk, "size=" + DISK_KILOBYTES + "k");
        Path ballast = Files.write(disk.resolve("ballast"), new byte[(DISK_KILOBYTES - kilobytesLeft) * 1024]);
        jar.with("S3_BUCKET_NAME", "").with("LAKE_PATH", disk.resolve("lake").toString());

        Ended full = jar.run("extract");

        assertThat(full.exitCode()).as(full.err()).isEqualTo(6);
        assertThat(full.lastLine()).containsIgnoringCase("no space").contains(disk.toString(), "Next: Make room there");
        try (Stream<Path> files = Files.walk(disk)) {
            assertThat(files).noneMatch(file -> file.toString().endsWith(".part"));
        }

        Files.delete(ballast);
        assertThat(jar.run("extract").exitCode()).isZero();
        assertThat(new LakeReader(disk.resolve("lake/hevy/raw/hevy")).faults()).isEmpty();
    }

    private void theNextRunComesOutRight() throws Exception {
        Ended next = jar.run();

        assertThat(next.exitCode()).as(next.err()).isZero();
        assertThat(installation.lake().faults()).isEmpty();
        assertThat(Sql.value(installation.warehouse(), "select count(*) from main_staging.stg_hevy__workouts"))
                .isEqualTo(Integer.toString(WORKOUTS));
        assertThat(left())
                .allMatch(file -> file.equals("hevy.duckdb")
                        || file.equals("report.html")
                        || file.endsWith(".parquet")
                        || file.contains("built-")
                        || file.endsWith(".known"));
    }

    private void mount() throws Exception {
        mounted = new Mount(installation.folder(), "size=" + DISK_KILOBYTES + "k");
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.walk(installation.folder())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> installation.folder().relativize(file).toString())
                    .filter(file -> !file.equals("ballast"))
                    .toList();
        }
    }
}
