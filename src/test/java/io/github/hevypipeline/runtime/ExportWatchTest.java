package io.github.hevypipeline.runtime;

import static io.github.hevypipeline.runtime.ExportWatch.State.ARRIVING;
import static io.github.hevypipeline.runtime.ExportWatch.State.NEW;
import static io.github.hevypipeline.runtime.ExportWatch.State.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is new once, when it has stopped to grow. */
class ExportWatchTest {
    @TempDir
    private Path folder;

    @Test
    void a_file_that_grows_is_arriving_then_new_until_a_run_begins() throws IOException {
        ExportWatch watch = new ExportWatch(folder.toString());
        Path file = folder.resolve("workouts.csv");

        Files.writeString(file, "a");
        assertThat(watch.look()).isEqualTo(ARRIVING);
        Files.writeString(file, "b", StandardOpenOption.APPEND);
        assertThat(watch.look()).isEqualTo(ARRIVING);
        assertThat(watch.look()).isEqualTo(NEW);
        assertThat(watch.look()).isEqualTo(NEW);
        watch.runBegins();

        assertThat(watch.look()).isEqualTo(UNCHANGED);
    }

    @Test
    void what_is_there_from_the_start_is_left_to_the_schedule() throws IOException {
        Files.writeString(folder.resolve("workouts.csv"), "a");

        assertThat(new ExportWatch(folder.toString()).look()).isEqualTo(UNCHANGED);
    }

    @Test
    void a_file_that_is_written_while_a_run_reads_is_new_after_it() throws IOException {
        Path file = Files.writeString(folder.resolve("workouts.csv"), "a");
        ExportWatch watch = new ExportWatch(file.toString());
        watch.runBegins();

        Files.writeString(file, "changed");

        assertThat(watch.look()).isEqualTo(ARRIVING);
        assertThat(watch.look()).isEqualTo(NEW);
    }

    @Test
    void a_folder_that_is_not_there_has_nothing_new() {
        assertThat(new ExportWatch(folder.resolve("gone").toString()).look()).isEqualTo(UNCHANGED);
    }
}
