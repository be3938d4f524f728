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
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One wrong response of Hevy deletes nothing: a load that would delete much at once is held back. */
class HeldBackDeletionsTest {
    private static final int WORKOUTS = 30;

    @TempDir
    Path folder;

    private final Account account = SimulatedAccount.withWorkouts(3, WORKOUTS, LocalDate.of(2026, 5, 1));
    private ProxiedInstallation home;

    @BeforeEach
    void loadOnce() throws IOException {
        home = new ProxiedInstallation(folder, account);
        done();
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
    }

    private void done() {
        ProxiedInstallation.Run run = home.run();
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.DONE);
    }

    private ProxiedInstallation.Run heldBack(String... counts) {
        Map<String, String> before = home.lake().objects();
        ProxiedInstallation.Run run = home.run();
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .contains(counts)
                .contains("held back and nothing was committed", "Next: ", "PIPELINE_ALLOW_DELETIONS=true");
        assertThat(home.lake().objects()).isEqualTo(before);
        return run;
    }

    private void invariantsHold() {
        Invariants.of(home.bucket(), home.warehouse(), folder.resolve("work")).holdFor(Truth.of(account));
    }

    private List<String> ids() {
        return account.items(Listing.WORKOUTS)
                .map(workout -> workout.path("id").asText())
                .toList();
    }

    @Test
    @Fault(29)
    void an_api_that_said_empty_for_a_minute_emptied_lake_and_marts_with_exit_0() {
        home.hevy().meetWith((request, truth) -> {
            String path = request.path();
            String list = path.substring(path.lastIndexOf('/') + 1);
            return path.equals("/v1/workouts/count")
                    ? SimulatedResponse.json(200, "{\"workout_count\":0}")
                    : SimulatedResponse.json(200, "{\"page\":1,\"page_count\":0,\"" + list + "\":[]}");
        });

        heldBack(
                "30 of 30 workouts",
                account.count(Listing.EXERCISE_TEMPLATES) + " of",
                account.count(Listing.ROUTINES) + " of " + account.count(Listing.ROUTINES) + " routines");
        heldBack("30 of 30 workouts");

        home.hevy().meetWith(Intruder.NONE);
        done();
        invariantsHold();
    }

    @Test
    @Fault(29)
    @Tag("slow")
    void a_list_and_a_count_that_agree_on_a_third_delete_nothing_until_a_person_allows_it() {
        List<ObjectNode> third =
                account.items(Listing.WORKOUTS).limit(WORKOUTS / 3).toList();
        account.replaceAll(Listing.WORKOUTS, third);

        heldBack("20 of 30 workouts;");

        home.with("PIPELINE_ALLOW_DELETIONS", "true");
        ProxiedInstallation.Run allowed = home.run();
        assertThat(allowed.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(allowed.lines())
                .anyMatch(line -> line.contains("deleting 20 of 30 workouts, as PIPELINE_ALLOW_DELETIONS is set"));
        invariantsHold();
    }

    @Test
    @Fault(29)
    @Tag("slow")
    void a_finding_is_forgotten_once_hevy_is_right_again() throws IOException {
        List<ObjectNode> all = account.items(Listing.ROUTINES).toList();
        account.replaceAll(Listing.ROUTINES, List.of());
        heldBack(all.size() + " of " + all.size() + " routines;");
        assertThat(notes()).hasSize(1);

        account.replaceAll(Listing.ROUTINES, all);
        done();

        assertThat(notes()).isEmpty();
    }

    private List<Path> notes() throws IOException {
        try (var files = Files.walk(folder.resolve("work"))) {
            return files.filter(file -> file.endsWith("deletions.held")).toList();
        }
    }

    @Test
    @Fault(29)
    @Tag("slow")
    void deletions_that_the_changes_name_one_by_one_are_no_suspicion_in_a_full_read_either() {
        ids().forEach(account::delete);
        home.with("PIPELINE_FULL_REFRESH", "true");

        done();

        invariantsHold();
    }

    @Test
    @Fault(29)
    @Tag("slow")
    void a_few_rows_that_are_gone_are_gone() {
        account.replaceAll(
                Listing.WORKOUTS, account.items(Listing.WORKOUTS).skip(10).toList());
        home.with("PIPELINE_FULL_REFRESH", "true");

        done();

        invariantsHold();
    }

    @Tag("slow")
    @Test
    @Fault(29)
    void an_account_that_was_always_empty_passes() throws IOException {
        try (ProxiedInstallation empty = new ProxiedInstallation(folder.resolve("empty"), Account.empty())) {
            empty.with("PIPELINE_FULL_REFRESH", "true");

            assertThat(empty.run("extract").exitCode()).isEqualTo(ExitCode.DONE);
            assertThat(empty.run("extract").exitCode()).isEqualTo(ExitCode.DONE);
        }
    }

    @Tag("slow")
    @Test
    @Fault(30)
    void a_404_for_the_first_page_of_routines_deleted_them_all() {
        home.hevy()
                .meetWith((request, truth) -> request.path().equals("/v1/routines")
                        ? SimulatedResponse.error(404, "Page not found")
                        : truth.get());
        String routines = account.count(Listing.ROUTINES) + " of " + account.count(Listing.ROUTINES) + " routines;";

        heldBack(routines);

        home.hevy().meetWith(Intruder.NONE);
        done();
        invariantsHold();
    }

    @Test
    @Fault(30)
    void a_404_for_the_first_page_of_workouts_deleted_them_all_if_the_count_agreed() {
        home.with("PIPELINE_FULL_REFRESH", "true").hevy().meetWith((request, truth) -> switch (request.path()) {
            case "/v1/workouts" -> SimulatedResponse.error(404, "Page not found");
            case "/v1/workouts/count" -> SimulatedResponse.json(200, "{\"workout_count\":0}");
            case "/v1/workouts/events" -> SimulatedResponse.json(200, "{\"page\":1,\"page_count\":0,\"events\":[]}");
            default -> truth.get();
        });

        heldBack("30 of 30 workouts;");
    }
}
