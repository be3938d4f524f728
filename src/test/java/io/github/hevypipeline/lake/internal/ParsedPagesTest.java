package io.github.hevypipeline.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParsedPagesTest {
    private static final long ONE_MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    private final ParsedPages pages = new ParsedPages();

    private Path page(String resource, int number) throws IOException {
        Path file = folder.resolve(resource).resolve(number + ".json");
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "{\"from\":\"file\",\"n\":1.10}");
    }

    @Test
    void a_page_that_was_parsed_is_not_read_from_its_file_again() throws IOException {
        JsonNode parsed = IntNode.valueOf(1);
        pages.put(page("workouts", 1), parsed, 100);

        assertThat(pages.take(page("workouts", 1))).isSameAs(parsed);
    }

    @Test
    void a_page_that_was_taken_or_comes_from_an_earlier_run_is_read_from_its_file_with_every_digit()
            throws IOException {
        pages.put(page("workouts", 1), IntNode.valueOf(1), 100);
        pages.take(page("workouts", 1));

        assertThat(pages.take(page("workouts", 1))).hasToString("{\"from\":\"file\",\"n\":1.10}");
    }

    @Test
    void the_pages_in_memory_are_bounded_and_the_others_are_read_from_their_files() throws IOException {
        for (int number = 1; number <= 6; number++) {
            pages.put(page("workouts", number), IntNode.valueOf(number), ONE_MEGABYTE);
        }

        assertThat(pages.take(page("workouts", 4))).isEqualTo(IntNode.valueOf(4));
        assertThat(pages.take(page("workouts", 5)).path("from").textValue()).isEqualTo("file");
        assertThat(ParsedPages.isSmall(ONE_MEGABYTE + 1)).isFalse();
    }

    @Test
    void what_is_forgotten_makes_room() throws IOException {
        for (int number = 1; number <= 4; number++) {
            pages.put(page("routines", number), IntNode.valueOf(number), ONE_MEGABYTE);
        }
        pages.forget(folder.resolve("routines"));
        pages.put(page("workouts", 1), IntNode.valueOf(1), ONE_MEGABYTE);

        assertThat(pages.take(page("workouts", 1))).isEqualTo(IntNode.valueOf(1));
        assertThat(pages.take(page("routines", 1)).path("from").textValue()).isEqualTo("file");
    }
}
