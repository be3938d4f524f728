package io.github.hevypipeline.hevy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.CrashRecovery;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.Lake;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.TransactionBuilder;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractionTest {
    private static final String PAGE = "{\"page\":1,\"page_count\":3,\"workouts\":[{\"id\":\"w1\"},{\"id\":\"w2\"}]}";

    @TempDir
    Path folder;

    private final Extraction extraction = new Extraction(4);
    private TransactionBuilder loads;
    private LoadTransaction load;
    private Resource workouts;
    private ResourceFetch fetch;
    private PageCursor pages;

    @BeforeEach
    void beginLoad() throws IOException {
        Destination destination = new Destination("bucket", "raw", "transformed", "");
        Lake lake = new Lake(destination, folder.toString(), "workouts");
        loads = new TransactionBuilder(
                lake, new CrashRecovery(lake, "workouts", "test", Clock.systemUTC()), false, true, Clock.systemUTC());
        load = loads.begin(lake.nothing(), null, lake.listDataset());
        workouts = load.getResources().get(0);
        fetch = extraction.begin(load, workouts);
        pages = extraction.openList(load, fetch);
    }

    private void keep(int page, String body) throws IOException {
        extraction.keep(load, fetch, pages, page, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> files = Files.list(load.pageFile(workouts, 0, 1).getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void a_page_is_kept_as_it_came_and_tells_how_many_there_are() throws IOException {
        keep(1, PAGE);

        assertThat(load.pageFile(workouts, 0, 1)).hasContent(PAGE);
        assertThat(kept()).containsExactly("000001.json");
        assertThat(load.items(workouts).size()).isEqualTo(2);
        assertThat(pages.nextWindow()).containsExactly(1, 2, 3);
    }

    @Test
    void a_bad_response_is_no_page_and_a_good_one_after_it_takes_its_place() throws IOException {
        assertThatThrownBy(() -> keep(1, "<html>")).isInstanceOf(SystemError.class);
        assertThat(kept()).isEmpty();
        assertThat(load.staging(workouts).remaining()).isEmpty();

        keep(1, PAGE);
        assertThat(kept()).containsExactly("000001.json");
    }

    @Test
    void a_response_cut_short_is_no_page() throws IOException {
        InputStream reset = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        };
        InputStream beginning = new ByteArrayInputStream(PAGE.getBytes(StandardCharsets.UTF_8), 0, 20);
        InputStream broken = new SequenceInputStream(beginning, reset);

        assertThatThrownBy(() -> extraction.keep(load, fetch, pages, 1, broken)).isInstanceOf(IOException.class);
        assertThat(kept()).isEmpty();
        assertThat(load.items(workouts).size()).isZero();
    }

    @Test
    void a_page_past_the_end_ends_the_loop() throws IOException {
        keep(1, PAGE);
        pages.nextWindow();
        extraction.endBefore(pages, 3);

        assertThat(pages.isUnfinished()).isFalse();
        assertThat(pages.getCount()).isEqualTo(2);
    }
}
