package io.github.hevypipeline.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build and the next one of the same version are two programs. */
class ProgramTest {
    private static final FileTime THEN = FileTime.from(Instant.parse("2026-04-30T10:00:00Z"));
    private static final FileTime LATER = FileTime.from(Instant.parse("2026-04-30T10:00:01Z"));

    @TempDir
    private Path folder;

    private Path nested;

    @BeforeEach
    void build() throws IOException {
        nested = write(Files.createDirectories(folder.resolve("classes/a/b")).resolve("C.class"));
        write(folder.resolve("classes/a/D.class"));
    }

    private static Path write(Path file) throws IOException {
        return Files.setLastModifiedTime(Files.writeString(file, "code"), THEN);
    }

    private String classes() throws IOException {
        return Program.fingerprint(folder.resolve("classes"));
    }

    @Test
    void it_is_the_same_at_each_start() throws IOException {
        assertThat(classes()).isEqualTo(classes()).isNotEmpty();
        assertThat(Program.id()).hasLineCount(1).doesNotEndWith(" ");
    }

    @Test
    void classes_of_which_one_was_compiled_again_are_another() throws IOException {
        String before = classes();

        Files.setLastModifiedTime(nested, LATER);

        assertThat(classes()).isNotEqualTo(before);
    }

    @Test
    void classes_of_which_one_has_grown_or_moved_are_another() throws IOException {
        String before = classes();
        Files.setLastModifiedTime(Files.writeString(nested, "more code"), THEN);
        String grown = classes();
        Files.move(nested, nested.resolveSibling("E.class"));

        assertThat(grown).isNotEqualTo(before);
        assertThat(classes()).isNotEqualTo(grown).isNotEqualTo(before);
    }
}
