package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The paging loop, seen from Hevy's side of the wire. */
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

        assertThat(installation.hevy().log().stream()
                        .filter(exchange -> !exchange.request().path().equals("/v1/user/info")))
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
        CountDownLatch together = new CountDownLatch(3);
        installation.with("HEVY_CONCURRENCY", "3").hevy().meetWith((request, truth) -> {
            most.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            // The first page comes alone, it says how many there are.
            if (request.query().startsWith("page=") && !request.query().startsWith("page=1&")) {
                together.countDown();
                Await.latch("three pages in flight", together);
                // Time for a fourth, which must not come.
                Await.pass(Duration.ofMillis(30));
            }
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
}
