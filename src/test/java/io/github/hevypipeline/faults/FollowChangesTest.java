package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A later load follows the changes of the account, and verifies that it missed none. */
class FollowChangesTest {
    private static final String LIST = "/v1/workouts";
    private static final String CHANGES = "/v1/workouts/events";
    private static final String COUNT = "/v1/workouts/count";
    private static final int WORKOUTS = 45;

    @TempDir
    Path folder;

    private ProxiedInstallation home;

    @BeforeEach
    void loadOnce() throws IOException {
        home = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(3, WORKOUTS, LocalDate.of(2026, 5, 1)));
        home.succeed();
        home.forgetRequests();
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
    }

    private Account account() {
        return home.account();
    }

    private String id(int position) {
        return account()
                .items(Listing.WORKOUTS)
                .skip(position)
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    /** One that the account stamps with its own clock. */
    private static ObjectNode loggedNow() {
        return SimulatedAccount.workout(3, LocalDate.of(2026, 5, 2), 1).without(List.of("updated_at", "created_at"));
    }

    private long requests(String path) {
        return home.hevy().requestsTo(path);
    }

    @Test
    void a_run_in_which_nothing_changed_asks_for_the_changes_once_for_the_count_once_and_writes_nothing() {
        Map<String, String> before = home.lake().objects();

        ProxiedInstallation.Run run = home.succeed();

        assertThat(requests(CHANGES)).isEqualTo(1);
        assertThat(requests(COUNT)).isEqualTo(1);
        assertThat(requests(LIST)).isZero();
        assertThat(requests("/v1/exercise_templates")).isEqualTo(5);
        assertThat(home.hevy().log()).hasSize(2 + 5 + (account().count(Listing.ROUTINES) + 9) / 10);
        assertThat(home.writes()).isEmpty();
        assertThat(home.lake().objects()).isEqualTo(before);
        assertThat(run.lines()).anyMatch(line -> line.contains("nothing changed since load"));
        assertThat(run.lines()).anyMatch(line -> line.contains("nothing to build"));
        home.invariantsHold();
    }

    @Test
    void edits_deletions_and_new_workouts_come_with_the_changes_alone() {
        account().edit(id(3), workout -> {
            workout.put("title", "Edited");
            workout.withArray("exercises").remove(0);
        });
        account().edit(id(30), workout -> workout.put("description", "an old one"));
        account().delete(id(10));
        account().delete(id(20));
        account().add(loggedNow());

        home.succeed();

        assertThat(requests(LIST)).isZero();
        assertThat(requests(CHANGES)).isEqualTo(1);
        home.invariantsHold();
    }

    @Test
    void the_changes_are_read_from_a_day_before_the_newest_one_that_was_heard_of() {
        home.succeed();

        String newest = account()
                .items(Listing.WORKOUTS)
                .map(workout -> workout.path("updated_at").asText())
                .max(String::compareTo)
                .orElseThrow();
        assertThat(since()).isEqualTo(Instant.parse(newest).minus(Duration.ofDays(1)));
    }

    private Instant since() {
        return Instant.parse(home.hevy().log().stream()
                .map(exchange -> exchange.request())
                .filter(request -> request.path().equals(CHANGES))
                .findFirst()
                .orElseThrow()
                .parameter("since")
                .orElseThrow());
    }

    @Tag("slow")
    @Test
    @Fault(14)
    void an_edit_was_missed_when_the_clock_of_this_machine_was_ahead_of_hevys() {
        // Half a year before this machine's clock, and after every other change.
        account().edit(id(3), workout -> workout.put("title", "Edited"));
        ObjectNode edited = account().workout(id(3)).orElseThrow().put("updated_at", "2026-05-03T10:00:00.000Z");
        account().add(edited);

        home.succeed();

        assertThat(requests(LIST)).isZero();
        home.invariantsHold();
    }

    @Tag("slow")
    @Test
    void one_edit_rewrites_one_year_of_three_tables_and_puts_five_objects() {
        account().edit(id(3), workout -> workout.put("title", "Edited"));

        home.succeed();

        List<String> raw = home.writes().stream()
                .filter(write -> write.startsWith("PUT") && write.contains("/raw/"))
                .map(write -> write.replaceAll("\\d{10}\\.\\d{7}", "load"))
                .toList();
        assertThat(raw)
                .containsExactlyInAnyOrder(
                        "PUT /lake/raw/hevy/workouts/load.2026.parquet",
                        "PUT /lake/raw/hevy/workouts__exercises/load.2026.parquet",
                        "PUT /lake/raw/hevy/workouts__exercises__sets/load.2026.parquet",
                        "PUT /lake/raw/hevy/_dlt_pipeline_state/load.parquet",
                        "PUT /lake/raw/hevy/_dlt_loads/0000000002.parquet");
        home.invariantsHold();
    }

    @Tag("slow")
    @Test
    void a_workout_whose_creation_moves_to_another_year_is_not_there_twice() {
        account().edit(id(3), workout -> workout.put("created_at", "2024-05-01T10:00:00.000Z"));

        home.succeed();

        home.invariantsHold();
    }

    @Tag("slow")
    @Test
    void more_changes_than_a_page_holds_are_read_until_one_reading_brings_nothing_new() {
        for (int i = 0; i < 25; i++) {
            account().edit(id(i), workout -> workout.put("title", "Edited"));
        }

        home.succeed();

        assertThat(requests(LIST)).isZero();
        assertThat(requests(CHANGES)).isEqualTo(6);
        home.invariantsHold();
    }

    @Test
    void a_full_refresh_on_demand_fetches_everything_and_writes_nothing_that_is_the_same() {
        Map<String, String> before = home.lake().objects();

        home.with("PIPELINE_FULL_REFRESH", "true");
        home.succeed();

        assertThat(requests(LIST)).isEqualTo(5);
        assertThat(home.lake().objects()).isEqualTo(before);
        home.invariantsHold();
    }

    @Tag("slow")
    @Test
    void a_deletion_that_the_changes_do_not_tell_is_found_by_the_count_and_everything_is_fetched() {
        account().delete(id(7));
        home.hevy()
                .meetWith((request, truth) -> request.path().equals(CHANGES)
                        ? truth.get().withBody(body -> body.replaceAll("\\{\"type\":\"deleted\"[^}]*\\},?", ""))
                        : truth.get());

        ProxiedInstallation.Run run = home.succeed();

        assertThat(run.lines()).anyMatch(line -> line.contains("Hevy counts 44, fetched 45"));
        assertThat(requests(LIST)).isEqualTo(5);
        home.invariantsHold();
    }

    @Tag("slow")
    @Test
    void a_count_that_never_agrees_ends_the_run_and_nothing_is_committed_and_the_next_run_is_not_misled() {
        Map<String, String> before = home.lake().objects();
        account().edit(id(3), workout -> workout.put("title", "Edited"));
        home.hevy()
                .meetWith((request, truth) -> request.path().equals(COUNT)
                        ? SimulatedResponse.json(200, "{\"workout_count\":7}")
                        : truth.get());

        ProxiedInstallation.Run run = home.run();

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .contains("Hevy counts 7 workouts, but its list has 45, 3 times over; nothing was committed.", "Next:");
        assertThat(home.lake().objects()).isEqualTo(before);
        home.hevy().meetWith(Intruder.NONE);
        home.succeed();
        home.invariantsHold();
    }

    @Test
    void a_count_that_is_no_number_ends_the_run() {
        home.hevy()
                .meetWith((request, truth) -> request.path().equals(COUNT)
                        ? SimulatedResponse.json(200, "{\"workout_count\":\"many\"}")
                        : truth.get());

        ProxiedInstallation.Run run = home.run();

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine()).contains("/v1/workouts/count", "no whole number workout_count", "many");
    }

    @Test
    @Fault(19)
    @Tag("slow")
    void an_unknown_type_of_event_is_said_once_and_loses_nothing() {
        account().edit(id(3), workout -> workout.put("title", "Edited"));
        account().delete(id(7));
        home.hevy()
                .meetWith((request, truth) -> request.path().equals(CHANGES)
                        ? truth.get()
                                .withBody(body -> body.replace("\"type\":\"updated\"", "\"type\":\"ren\\u001bamed\"")
                                        .replace("\"type\":\"deleted\"", "\"type\":\"archived\""))
                        : truth.get());

        ProxiedInstallation.Run run = home.succeed();

        assertThat(run.lines().stream().filter(line -> line.contains("unknown type of event")))
                .extracting(line -> line.replaceAll(".*unknown", "unknown"))
                .containsExactlyInAnyOrder("unknown type of event ren\\u001bamed", "unknown type of event archived");
        home.invariantsHold();
    }

    @Tag("slow")
    @Test
    void routines_and_templates_that_are_gone_are_gone() {
        account()
                .replaceAll(
                        Listing.ROUTINES,
                        account().items(Listing.ROUTINES).skip(2).toList());
        account()
                .replaceAll(
                        Listing.EXERCISE_TEMPLATES,
                        account().items(Listing.EXERCISE_TEMPLATES).skip(1).toList());

        home.succeed();

        home.invariantsHold();
    }

    @Tag("slow")
    @Test
    void a_person_who_has_no_routines_may_get_404_on_the_first_page() {
        account().replaceAll(Listing.ROUTINES, List.of());
        home.with("PIPELINE_ALLOW_DELETIONS", "true");
        home.succeed();
        home.with("PIPELINE_ALLOW_DELETIONS", "false");
        home.forgetRequests();
        home.hevy()
                .meetWith((request, truth) -> request.path().equals("/v1/routines")
                        ? SimulatedResponse.error(404, "Page not found")
                        : truth.get());

        home.succeed();

        assertThat(requests("/v1/workouts/count")).isEqualTo(2);
        home.invariantsHold();
    }

    @Test
    void a_first_page_of_templates_that_is_not_there_is_no_empty_list() {
        Map<String, String> before = home.lake().objects();
        home.hevy()
                .meetWith((request, truth) -> request.path().equals("/v1/exercise_templates")
                        ? SimulatedResponse.error(404, "Not found")
                        : truth.get());

        assertThat(home.run().exitCode()).isEqualTo(ExitCode.HEVY_API);

        assertThat(home.lake().objects()).isEqualTo(before);
    }

    @Test
    @Tag("slow")
    void an_account_that_was_emptied_is_empty_and_can_be_filled_again() {
        List<String> ids = account()
                .items(Listing.WORKOUTS)
                .map(workout -> workout.path("id").asText())
                .toList();
        ids.forEach(account()::delete);
        home.succeed();
        home.invariantsHold();

        account().add(loggedNow());
        home.succeed();
        home.invariantsHold();
    }

    @Test
    @Fault(18)
    @Tag("slow")
    void a_lost_file_brings_all_workouts_anew_though_only_one_changed() throws IOException {
        account().edit(id(3), workout -> workout.put("title", "Edited"));
        Files.delete(home.bucket()
                .resolve("raw/hevy")
                .resolve(home.lake().files("workouts__exercises").get(0)));

        ProxiedInstallation.Run run = home.runElsewhere();

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run.lines()).anyMatch(line -> line.contains("is missing or damaged; its table is written anew"));
        assertThat(requests(LIST)).isEqualTo(5);
        Invariants.of(home.bucket(), folder.resolve("elsewhere.duckdb"), folder.resolve("elsewhere"))
                .holdFor(Truth.of(account()));
    }

    @Tag("slow")
    @Test
    @Fault(17)
    void objects_that_are_not_ours_are_reported_once_and_neither_read_nor_touched() throws IOException {
        Path stray = home.bucket().resolve("raw/hevy/workouts/copy of mine.parquet");
        Files.writeString(stray, "not parquet");
        account().edit(id(3), workout -> workout.put("title", "Edited"));

        ProxiedInstallation.Run run = home.succeed();

        assertThat(run.lines().stream().filter(line -> line.contains("copy of mine.parquet")))
                .hasSize(1);
        assertThat(stray).exists();
        Files.delete(stray);
        home.invariantsHold();
    }

    @Test
    @Fault(17)
    void what_a_dead_run_of_another_machine_has_left_is_swept_and_what_may_be_alive_is_not() throws IOException {
        Path workouts = home.bucket().resolve("raw/hevy/workouts");
        Path dead = Files.writeString(workouts.resolve("1000000000.0000001.2026.parquet"), "x");
        Path alive = Files.writeString(workouts.resolve("9999999999.0000001.2026.parquet"), "x");

        home.succeed();

        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
    }

    @Test
    @Tag("slow")
    void the_response_to_the_changes_is_asked_for_again_when_it_breaks() {
        account().delete(id(7));
        AtomicInteger faults = new AtomicInteger(2);
        home.with("HEVY_RETRY_DELAY", "10ms")
                .hevy()
                .meetWith((request, truth) -> !request.path().equals(LIST) && faults.getAndDecrement() > 0
                        ? truth.get().thatBreaksAfter(10)
                        : truth.get());

        home.succeed();

        home.invariantsHold();
    }
}
