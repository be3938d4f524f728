package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.Request;
import io.github.hevypipeline.demo.RequestLimit;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hevy allows fewer requests than a load needs, and does not say how many or when again. */
@Timeout(300)
class RequestLimitTest {
    private static final String LIST = "/v1/workouts";
    private static final String PROGRESS = "Hevy's rate limit";

    @TempDir
    Path folder;

    private Installation installation;

    private Installation install(int workouts) throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(4, workouts, LocalDate.of(2026, 5, 1)))
                .with("HEVY_RESOURCES", "workouts");
        return installation;
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private CapturedRun extract() {
        return CapturedRun.of(() -> installation.run("extract"));
    }

    private long refused() {
        return installation.hevy().log().stream()
                .filter(exchange -> exchange.status() == 429)
                .count();
    }

    private void assertEveryWorkoutIsThereOnce(int workouts) {
        assertThat(installation.lake().query("select count(*), count(distinct id) from {workouts}"))
                .containsExactly(List.of("" + workouts, "" + workouts));
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Test
    @Tag("slow")
    @Fault(27)
    void a_first_load_comes_through_a_limit_without_a_storm_of_refused_requests() throws IOException {
        install(400).with("HEVY_RETRY_DELAY", "50ms").hevy().meetWith(new RequestLimit(6, Duration.ofSeconds(1)));

        CapturedRun run = extract();

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.DONE);
        assertThat(run.lines())
                .anyMatch(line -> line.matches(".*extract {3}" + PROGRESS
                        + " \\(429, no Retry-After\\); waiting \\d+ ms, until \\d\\d:\\d\\d:\\d\\d UTC"))
                .anyMatch(line ->
                        line.matches(".*extract {3}Hevy responds again; continuing at \\d+.* requests/(s|min)"));
        assertThat(refused()).as("of 42 requests").isBetween(1L, 20L);
        assertEveryWorkoutIsThereOnce(400);
        installation.hevy().meetWith(Intruder.NONE);
        assertThat(folder.resolve("work").resolve("pace.json")).exists();
    }

    /** The first run of a real user: it ended with exit code 3 after 34 s. */
    @Test
    @Tag("slow")
    @Fault(27)
    void sixty_pages_through_a_limit_of_twenty_in_twenty_seconds_ended_with_exit_code_3() throws IOException {
        install(600).hevy().meetWith(new RequestLimit(20, Duration.ofSeconds(20)));

        CapturedRun run = extract();

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.DONE);
        assertThat(refused()).as("of 62 requests").isBetween(1L, 20L);
        assertEveryWorkoutIsThereOnce(600);
    }

    @Tag("slow")
    @Test
    @Fault(27)
    void a_limit_uses_up_no_retries_of_a_page() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        install(25)
                .with("HEVY_RETRIES", "1")
                .with("HEVY_RETRY_DELAY", "1ms")
                .hevy()
                .meetWith((request, truth) -> switch (asked.incrementAndGet()) {
                    case 2, 3, 4, 5 -> SimulatedResponse.error(429, "slow down");
                    case 6 -> SimulatedResponse.error(503, "busy");
                    case 7, 8 -> SimulatedResponse.error(429, "slow down");
                    default -> truth.get();
                });

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertEveryWorkoutIsThereOnce(25);
    }

    @Test
    @Fault(27)
    void a_limit_that_outlasts_the_longest_wait_ends_the_run_with_what_is_kept_and_the_next_run_goes_on()
            throws IOException {
        install(95)
                .with("HEVY_CONCURRENCY", "1")
                .with("HEVY_RETRY_DELAY", "10ms")
                .with("HEVY_MAX_WAIT", "100ms")
                .hevy()
                .meetWith((request, truth) ->
                        page(request) > 4 ? SimulatedResponse.error(429, "slow down") : truth.get());

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .isEqualTo("Hevy's rate limit (429) outlasted HEVY_MAX_WAIT (100 ms). 4 of 10 pages are kept. Next: Run"
                        + " again to continue.");
        assertThat(refused()).as("10, 20, 40, 30 ms and no more").isEqualTo(5);
        assertThat(installation.bucket()).isEmptyDirectory();
        installation.hevy().forgetLog();
        installation.hevy().meetWith(Intruder.NONE);
        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(installation.hevy().requestsTo(LIST)).isEqualTo(6);
        assertEveryWorkoutIsThereOnce(95);
    }

    private static int page(Request request) {
        return request.path().equals(LIST)
                ? Integer.parseInt(request.parameter("page").orElseThrow())
                : 0;
    }

    @Test
    @Fault({1, 27})
    void a_wait_that_is_longer_than_what_is_left_of_the_longest_wait_is_not_begun() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        install(25)
                .with("HEVY_MAX_WAIT", "90s")
                .hevy()
                .meetWith((request, truth) -> asked.incrementAndGet() == 1
                        ? SimulatedResponse.error(429, "slow down").withHeader("Retry-After", "1")
                        : SimulatedResponse.error(503, "slow down").withHeader("Retry-After", "90"));

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine()).startsWith("Hevy asks to wait 1 min 30 s; nothing was committed");
        assertThat(installation.hevy().log()).hasSize(2);
    }

    @Test
    @Fault(27)
    void the_next_run_of_the_work_folder_begins_at_the_pace_that_was_learned_and_another_account_does_not()
            throws IOException {
        AtomicInteger asked = new AtomicInteger();
        install(25)
                .with("HEVY_RETRY_DELAY", "1ms")
                .hevy()
                .meetWith((request, truth) ->
                        asked.incrementAndGet() == 2 ? SimulatedResponse.error(429, "slow down") : truth.get());
        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);
        installation.hevy().meetWith(Intruder.NONE);

        assertThat(extract().text()).contains("Hevy limited an earlier run; starting at ");

        Path memory = folder.resolve("work").resolve("pace.json");
        Files.writeString(memory, Files.readString(memory).replace("account-", "account-another-"));
        assertThat(extract().text()).doesNotContain("Hevy limited an earlier run");
        Files.writeString(memory, "{\"requestsPer");
        CapturedRun damaged = extract();
        assertThat(damaged.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(damaged.text()).contains("ignoring the rate of the last run: ");
    }

    /** What the lifter does between two runs: the offsets of all later pages move, also upward. */
    private void change(int run) {
        Account account = installation.account();
        List<String> ids = account.items(Listing.WORKOUTS)
                .map(workout -> workout.path("id").asText())
                .toList();
        account.delete(ids.get(2));
        account.delete(ids.get(7));
        account.delete(ids.get(ids.size() - 3));
        account.edit(ids.get(ids.size() / 2), workout -> workout.put("title", "Edited in run " + run));
        account.add(SimulatedAccount.workout(4, LocalDate.of(2026, 6, run), 1)
                .without(List.of("updated_at", "created_at")));
    }

    /** Serves this many requests of a run. */
    private void allow(int requests) {
        AtomicInteger asked = new AtomicInteger();
        installation
                .hevy()
                .meetWith((request, truth) ->
                        asked.incrementAndGet() > requests ? SimulatedResponse.error(429, "slow down") : truth.get());
    }

    /** Lets the load that is under way, and all it has fetched, have begun earlier. */
    private void age(Duration by) throws IOException {
        List<Path> pages;
        try (Stream<Path> files = Files.walk(folder.resolve("work"))) {
            pages = files.filter(file -> file.toString().endsWith(".json")).toList();
        }
        for (Path page : pages) {
            Instant arrived = Files.getLastModifiedTime(page).toInstant();
            if (page.endsWith("load.json")) {
                ObjectNode origin = (ObjectNode) new ObjectMapper().readTree(page.toFile());
                Instant began = Instant.parse(origin.path("startedAt").asText());
                origin.put("startedAt", began.minus(by).toString());
                Files.writeString(page, origin.toString());
            }
            Files.setLastModifiedTime(page, FileTime.from(arrived.minus(by)));
        }
    }

    @Test
    @Fault(27)
    @Tag("slow")
    void a_first_load_ends_well_over_several_runs_each_of_which_goes_on_where_the_last_one_stopped()
            throws IOException {
        install(450)
                .with("HEVY_RESOURCES", "workouts,exercise_templates,routines")
                .with("HEVY_CONCURRENCY", "2")
                .with("HEVY_RETRY_DELAY", "1ms")
                .with("HEVY_MAX_WAIT", "3ms");
        int runs = 1;
        for (ExitCode exitCode = null; exitCode != ExitCode.DONE; runs++) {
            assertThat(runs).as("runs").isLessThan(8);
            Files.deleteIfExists(folder.resolve("work").resolve("pace.json"));
            allow(18);
            CapturedRun run = CapturedRun.of(() -> installation.run());
            exitCode = run.exitCode();
            assertThat(exitCode).as(run.text()).isIn(ExitCode.DONE, ExitCode.HEVY_API);
            assertThat(run.text()).doesNotContain("reading everything again");
            if (exitCode != ExitCode.DONE) {
                age(Duration.ofHours(5));
                change(runs);
            }
        }

        assertThat(runs).isGreaterThan(3);
        Invariants.of(installation.bucket(), installation.warehouse(), folder.resolve("work"))
                .holdFor(Truth.of(installation.account()));
    }

    @Test
    @Fault(27)
    void a_load_that_got_no_further_for_a_day_is_fetched_anew() throws IOException {
        install(95).with("HEVY_CONCURRENCY", "1").with("HEVY_MAX_WAIT", "0");
        allow(4);
        assertThat(extract().exitCode()).isEqualTo(ExitCode.HEVY_API);
        age(Duration.ofHours(25));
        installation.hevy().forgetLog();
        installation.hevy().meetWith(Intruder.NONE);

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(installation.hevy().requestsTo(LIST)).isEqualTo(10);
        assertEveryWorkoutIsThereOnce(95);
    }

    @Test
    @Fault(27)
    void an_api_that_never_refuses_leaves_no_trace_of_a_pace() throws IOException {
        install(25);

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.text()).doesNotContain(PROGRESS);
        assertThat(folder.resolve("work").resolve("pace.json")).doesNotExist();
    }
}
