package io.github.hevypipeline.runtime;

import static io.github.hevypipeline.runtime.ExportWatch.State.ARRIVING;
import static io.github.hevypipeline.runtime.ExportWatch.State.NEW;
import static io.github.hevypipeline.runtime.ExportWatch.State.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is new once, when it has stopped to grow. */
class ExportWatchTest {
    private static final Duration BRIEFLY = Duration.ofMillis(5);

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-05-12T18:00:00Z");

    private ExportWatch watch(Path place) {
        return new ExportWatch(place.toString(), () -> now);
    }

    /** Looks after a while. */
    private ExportWatch.State after(Duration wait, ExportWatch watch) {
        now = now.plus(wait);
        return watch.look();
    }

    @Test
    void a_file_that_grows_is_arriving_then_new_until_a_run_begins() throws IOException {
        ExportWatch watch = watch(folder);
        Path file = folder.resolve("workouts.csv");

        Files.writeString(file, "a");
        assertThat(watch.look()).isEqualTo(ARRIVING);
        Files.writeString(file, "b", StandardOpenOption.APPEND);
        assertThat(watch.look()).isEqualTo(ARRIVING);
        assertThat(after(ExportWatch.STILL, watch)).isEqualTo(NEW);
        assertThat(watch.look()).isEqualTo(NEW);
        watch.runBegins();

        assertThat(watch.look()).isEqualTo(UNCHANGED);
    }

    @Test
    void what_is_there_from_the_start_is_left_to_the_schedule() throws IOException {
        Files.writeString(folder.resolve("workouts.csv"), "a");

        assertThat(watch(folder).look()).isEqualTo(UNCHANGED);
    }

    @Test
    void a_file_that_is_written_while_a_run_reads_is_new_after_it() throws IOException {
        Path file = Files.writeString(folder.resolve("workouts.csv"), "a");
        ExportWatch watch = watch(file);
        watch.runBegins();

        Files.writeString(file, "changed");

        assertThat(watch.look()).isEqualTo(ARRIVING);
        assertThat(after(ExportWatch.STILL, watch)).isEqualTo(NEW);
    }

    @Test
    void a_file_that_pauses_between_two_quick_looks_is_not_complete() throws IOException {
        ExportWatch watch = watch(folder);
        Files.writeString(folder.resolve("workouts.csv"), "half");

        assertThat(watch.look()).isEqualTo(ARRIVING);
        assertThat(after(BRIEFLY, watch)).isEqualTo(ARRIVING);
        assertThat(after(ExportWatch.STILL.minus(BRIEFLY).minusMillis(1), watch))
                .isEqualTo(ARRIVING);
        assertThat(after(BRIEFLY, watch)).isEqualTo(NEW);
    }

    @Test
    void a_file_that_is_written_on_and_on_does_not_hold_back_the_schedule_for_ever() throws IOException {
        ExportWatch watch = watch(folder);
        Path file = Files.writeString(folder.resolve("log.csv"), "a");
        Instant end = now.plus(ExportWatch.PATIENCE);
        while (now.isBefore(end)) {
            Files.writeString(file, "b", StandardOpenOption.APPEND);
            assertThat(watch.look()).isEqualTo(ARRIVING);
            now = now.plusSeconds(1);
        }
        Files.writeString(file, "b", StandardOpenOption.APPEND);

        assertThat(watch.look()).isEqualTo(UNCHANGED);
        assertThat(after(ExportWatch.STILL, watch)).isEqualTo(NEW);
    }

    @Test
    void a_folder_that_is_not_there_has_nothing_new() {
        assertThat(watch(folder.resolve("gone")).look()).isEqualTo(UNCHANGED);
    }
}
