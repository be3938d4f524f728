package io.github.hevypipeline.hevy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Whatever bytes a response has, it is a page or no page. With JAZZER_FUZZ=1 it goes beyond the inputs that are kept. */
class PageReaderFuzzTest {
    private static final Resource WORKOUTS =
            ResourceCatalog.read(Path.of("schemas")).select("workouts").get(0);

    private static Path file;

    @BeforeAll
    static void makeFile() throws IOException {
        file = Files.createTempFile("page", ".part");
    }

    @AfterAll
    static void removeFile() throws IOException {
        Files.delete(file);
    }

    @FuzzTest(maxDuration = "60s")
    void any_bytes_are_a_page_or_a_failure_that_shows_how_they_begin(byte[] response) throws IOException {
        Files.write(file, response == null ? new byte[0] : response);
        requirePageOrRefusal(Feed.list(WORKOUTS));
        requirePageOrRefusal(new Feed(WORKOUTS, 1, Instant.EPOCH));
    }

    private static void requirePageOrRefusal(Feed feed) throws IOException {
        try {
            Page page = new PageReader(feed).read(file);

            assertThat(page.pageCount()).isNotNegative();
            assertThat(page.items()).hasSizeGreaterThanOrEqualTo(page.untold());
        } catch (SystemError notAPage) {
            assertThat(notAPage.getMessage()).contains("It begins: \"").matches("[ -~]*");
        }
    }
}
