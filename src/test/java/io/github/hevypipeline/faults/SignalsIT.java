package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.faults.JarProcess.Running;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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

/** The first signal lets a run finish its current request and begin nothing new; the second one ends it at once. */
@Timeout(600)
class SignalsIT {
    private static final int WORKOUTS = 120;
    /** What the first signal has the process say. */
    private static final String HEEDED = "a second signal exits at once";

    @TempDir
    private Path root;

    private JarInstallation installation;
    private JarProcess jar;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch served = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(WORKOUTS));
        jar = installation.jar();
    }

    @AfterEach
    void stop() throws IOException {
        served.countDown();
        installation.close();
    }

    @Tag("slow")
    @Test
    @Fault(12)
    void one_signal_lets_the_request_under_way_finish_and_begins_nothing_new() throws Exception {
        hangAtPage(5);
        try (Running running = jar.begin()) {
            Await.latch("the request for page 5", asked);

            running.terminate().await(HEEDED);
            assertThat(running.isAlive()).as("waits for the request").isTrue();
            served.countDown();
            Ended ended = running.ended();

            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(143);
            assertThat(ended.complaints())
                    .containsExactly("Stopped by a signal; nothing was committed, and fetched pages are kept."
                            + " Next: Run again.");
            assertThat(installation.hevy().log())
                    .as("no window after that of page 5")
                    .hasSizeLessThanOrEqualTo(9);
            assertThat(installation.bucket()).isEmptyDirectory();
            assertThat(leftInFolder()).noneMatch(file -> file.endsWith("lock") || file.endsWith(".part"));
        }
        theNextRunComesOutRight();
    }

    /** The end of a split's first part was taken for the end of the run, and Camel told to shut down. */
    @Test
    @Tag("slow")
    void a_run_that_takes_longer_than_a_shutdown_may_is_not_cut_off() throws Exception {
        jar.edit("application.properties", "camel.main.shutdownTimeout=20", "camel.main.shutdownTimeout=1");
        installation.hevy().meetWith((request, truth) -> {
            if (request.query().startsWith("page=5&")) {
                // Time for Camel to cut the run off, which must not happen: there is nothing to wait for.
                Await.pass(Duration.ofSeconds(4));
            }
            return truth.get();
        });

        Ended ended = jar.run("extract");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.complaints()).isEmpty();
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Test
    @Fault(12)
    void a_second_signal_ends_it_at_once_though_a_request_hangs() throws Exception {
        hangAtPage(5);
        try (Running running = jar.begin()) {
            Await.latch("the request for page 5", asked);
            running.signal("INT").await(HEEDED);
            assertThat(running.isAlive()).isTrue();

            Ended ended = running.signal("INT").ended();

            assertThat(ended.exitCode()).isEqualTo(130);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 429})
    @Fault({12, 27})
    @Tag("slow")
    void a_signal_while_it_waits_to_ask_again_ends_the_wait(int status) throws Exception {
        installation.hevy().meetWith((request, truth) -> SimulatedResponse.error(status, "busy")
                .withHeader("Retry-After", "50"));
        try (Running running = jar.begin("extract")) {
            running.await("WARN");

            Ended ended = running.signal("INT").ended();

            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(130);
            assertThat(ended.lastLine()).startsWith("Stopped by a signal; nothing was committed");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 7", "4, 8"})
    @Fault(12)
    @Tag("slow")
    void a_signal_in_the_middle_of_uploading_commits_nothing_and_the_next_run_leaves_nothing_of_it(
            int sideBySide, int mostBegun) throws Exception {
        jar.with("S3_CONCURRENCY", Integer.toString(sideBySide));
        String put = "        - to:\n            id: put-parquet\n";
        jar.edit("routes/s3.camel.yaml", put, """
                        - log:
                            logName: io.github.hevypipeline.progress
                            message: "putting ${header.CamelAwsS3Key}"
                        - delay:
                            asyncDelayed: "false"
                            expression:
                              constant:
                                expression: "400"
                """ + put);
        try (Running running = jar.begin()) {
            running.await("putting raw/hevy/workouts__exercises/");

            Ended ended = running.terminate().ended();

            assertThat(ended.exitCode()).as(ended.err()).isEqualTo(143);
            assertThat(ended.lastLine())
                    .isEqualTo(
                            "Stopped by a signal; nothing was committed, and fetched pages are kept. Next: Run again.");
            assertThat(ended.err().split("putting ", -1).length - 1)
                    .as("uploads begun")
                    .isBetween(2, mostBegun);
            assertThat(installation.bucket().resolve("raw/hevy/_dlt_loads")).doesNotExist();
            assertThat(installation.lake().tables()).isNotEmpty();
        }
        theNextRunComesOutRight();
    }

    /** The pages after it hang as well, or the other fetchers would run ahead while a signal is on its way. */
    private void hangAtPage(int page) {
        installation.hevy().meetWith((request, truth) -> {
            int wanted = request.path().equals("/v1/workouts") ? pageOf(request.query()) : 0;
            if (wanted == page) {
                asked.countDown();
            }
            if (wanted >= page) {
                Await.latch("the test to let page " + wanted + " be served", served);
            }
            return truth.get();
        });
    }

    private static int pageOf(String query) {
        return Integer.parseInt(query.replaceFirst("^page=(\\d+)&.*", "$1"));
    }

    private void theNextRunComesOutRight() throws Exception {
        installation.hevy().meetWith(Intruder.NONE);

        Ended next = jar.run();

        assertThat(next.exitCode()).as(next.err()).isZero();
        assertThat(installation.lake().faults()).isEmpty();
        assertThat(installation.lake().files("_dlt_pipeline_state")).hasSize(1);
        assertThat(Sql.value(installation.warehouse(), "select count(*) from main_staging.stg_hevy__workouts"))
                .isEqualTo(Integer.toString(WORKOUTS));
        assertThat(leftInFolder())
                .allMatch(file -> file.endsWith(".parquet")
                        || file.contains("built-")
                        || file.endsWith(".known")
                        || file.equals("report.html"));
    }

    /** The files in the working directory, without the DuckDB file and the routes. */
    private List<String> leftInFolder() throws IOException {
        try (Stream<Path> files = Files.walk(installation.folder())) {
            return files.filter(Files::isRegularFile)
                    .map(file -> installation.folder().relativize(file).toString())
                    .filter(file -> !file.equals("hevy.duckdb") && !file.startsWith("routes/"))
                    .toList();
        }
    }
}
