package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Answer;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The paging loop and the retry policy, seen from Hevy's side of the wire. */
class PagingTest {
    private static final int WORKOUTS = 95;

    @TempDir
    Path folder;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        Account account = SimulatedAccount.withWorkouts(4, WORKOUTS, LocalDate.of(2026, 5, 1));
        installation = new Installation(folder, account).with("HEVY_RESOURCES", "workouts");
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private List<String> queries() {
        return installation.hevy().log().stream()
                .filter(exchange -> exchange.request().path().equals("/v1/workouts"))
                .map(exchange -> exchange.request().query())
                .toList();
    }

    private String loadedWorkouts() {
        return installation
                .lake()
                .query("select count(*) from {workouts}")
                .get(0)
                .get(0);
    }

    @Test
    void everyPageIsAskedForOnceWithTheLargestSizeThatTheApiTakes() {
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(queries())
                .hasSize(10)
                .containsExactlyInAnyOrder(
                        "page=1&pageSize=10",
                        "page=2&pageSize=10",
                        "page=3&pageSize=10",
                        "page=4&pageSize=10",
                        "page=5&pageSize=10",
                        "page=6&pageSize=10",
                        "page=7&pageSize=10",
                        "page=8&pageSize=10",
                        "page=9&pageSize=10",
                        "page=10&pageSize=10");
        assertThat(queries().get(0)).isEqualTo("page=1&pageSize=10");
        assertThat(loadedWorkouts()).isEqualTo("" + WORKOUTS);
    }

    @Test
    void templatesAreAskedForByTheHundredAndRoutinesByTen() {
        installation.with("HEVY_RESOURCES", "exercise_templates,routines");

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(installation.hevy().log())
                .extracting(exchange -> exchange.request().query())
                .contains("page=1&pageSize=100", "page=1&pageSize=10")
                .allMatch(query -> query.endsWith("pageSize=100") || query.endsWith("pageSize=10"));
        assertThat(installation.hevy().log())
                .extracting(SimulatedHevy.Exchange::status)
                .containsOnly(200);
    }

    @Test
    void noMorePagesAreInFlightThanTheSettingAllows() {
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        installation.with("HEVY_CONCURRENCY", "3").hevy().meetWith((request, truth) -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            Thread.sleep(30);
            inFlight.decrementAndGet();
            return truth.get();
        });

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(most.get()).isEqualTo(3);
    }

    @Test
    void aPageThatVanishedWhileWePagedIsTheEndAndNotAFailure() {
        installation.with("HEVY_CONCURRENCY", "1").hevy().meetWith((request, truth) -> {
            if (request.query().startsWith("page=9&")) {
                installation.account().items(Listing.WORKOUTS).limit(12).forEach(workout -> installation
                        .account()
                        .delete(workout.path("id").asText()));
            }
            return truth.get();
        });

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(queries()).contains("page=9&pageSize=10");
    }

    @Test
    void aWorkoutAddedWhileWePageComesTwiceAndLandsOnce() {
        installation.with("HEVY_CONCURRENCY", "1").hevy().meetWith((request, truth) -> {
            if (request.query().startsWith("page=5&")) {
                installation.account().add(SimulatedAccount.workout(4, LocalDate.of(2026, 5, 2), 1));
            }
            return truth.get();
        });

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(installation.lake().query("select count(*) - count(distinct id) from {workouts}"))
                .containsExactly(List.of("0"));
        assertThat(installation.lake().faults()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void aFaultThatPassesIsRetried(int status) {
        AtomicInteger faults = new AtomicInteger(1);
        installation
                .hevy()
                .meetWith((request, truth) -> request.query().startsWith("page=3&") && faults.getAndDecrement() > 0
                        ? Answer.error(status, "busy")
                        : truth.get());

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(loadedWorkouts()).isEqualTo("" + WORKOUTS);
        assertThat(installation.hevy().requestsTo("/v1/workouts", status)).isEqualTo(1);
    }

    @Test
    void retryAfterIsWaitedFor() {
        AtomicInteger faults = new AtomicInteger(1);
        long[] times = new long[2];
        installation.hevy().meetWith((request, truth) -> {
            if (!request.query().startsWith("page=2&")) {
                return truth.get();
            }
            boolean first = faults.getAndDecrement() > 0;
            times[first ? 0 : 1] = System.nanoTime();
            return first ? Answer.error(429, "slow down").withHeader("retry-after", "2") : truth.get();
        });

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(times[1] - times[0]).isBetween(2_000_000_000L, 10_000_000_000L);
    }

    @Test
    void aBodyThatBreaksIsAskedForAgainAndNeverReadAsAShortPage() {
        AtomicInteger faults = new AtomicInteger(1);
        installation
                .hevy()
                .meetWith((request, truth) -> request.query().startsWith("page=4&") && faults.getAndDecrement() > 0
                        ? truth.get().thatBreaksAfter(500)
                        : truth.get());

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(loadedWorkouts()).isEqualTo("" + WORKOUTS);
    }

    @Test
    void aWrongKeyIsNotRetriedAndNothingIsWritten() {
        installation.with("HEVY_API_KEY", "wrong");

        assertThat(installation.run("extract")).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(queries()).hasSize(1);
        assertThat(installation.bucket()).isEmptyDirectory();
    }

    @Test
    void anAnswerThatIsNoPageEndsTheRunAndNothingIsWritten() {
        installation.hevy().meetWith((request, truth) -> Answer.json(200, "<html>maintenance</html>"));

        assertThat(installation.run("extract")).isEqualTo(ExitCode.HEVY_API);

        assertThat(installation.bucket()).isEmptyDirectory();
    }

    @Test
    void aRedirectToAnotherHostIsNotFollowed() throws IOException {
        try (SimulatedHevy elsewhere = SimulatedHevy.serve(Account.empty())) {
            installation.hevy().meetWith((request, truth) -> Answer.of(302)
                    .withHeader("Location", elsewhere.baseUri() + "/v1/workouts?page=1&pageSize=10"));

            assertThat(installation.run("extract")).isEqualTo(ExitCode.HEVY_API);

            assertThat(elsewhere.log()).isEmpty();
        }
    }

    @Test
    void responseHeadersCannotSteerTheRoutes() {
        installation.hevy().meetWith((request, truth) -> truth.get()
                .withHeader("CamelAwsS3Key", "evil")
                .withHeader("CamelHttpUri", "http://127.0.0.1:1/")
                .withHeader("CamelHttpPath", "/evil"));

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(loadedWorkouts()).isEqualTo("" + WORKOUTS);
        assertThat(installation.bucket().resolve("evil")).doesNotExist();
    }
}
