package io.github.hevypipeline.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One round over many accounts brings what is new in each, and nothing else. */
class AccountsTest {
    private static final LocalDate LAST = LocalDate.of(2026, 5, 1);

    @TempDir
    Path folder;

    private Gym gym;

    @BeforeEach
    void open() throws IOException {
        Map<String, Account> accounts = new LinkedHashMap<>();
        accounts.put("anna", SimulatedAccount.withWorkouts(1, 25, LAST));
        accounts.put("ben", SimulatedAccount.withWorkouts(2, 3, LAST));
        accounts.put("cleo", SimulatedAccount.withWorkouts(3, 0, LAST));
        accounts.put("dora", SimulatedAccount.withWorkouts(4, 60, LAST));
        gym = new Gym(folder, accounts);
    }

    @AfterEach
    void close() throws IOException {
        gym.close();
    }

    @Test
    void the_first_round_brings_every_account_whole() throws Exception {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);

        for (String id : List.of("anna", "ben", "cleo", "dora")) {
            assertThat(gym.data(id)).as(id).isEqualTo(gym.truth(id));
        }
        assertThat(gym.objects("packages")).hasSize(7);
    }

    @Test
    void a_round_in_which_nothing_changed_asks_each_account_twice_and_writes_no_object() {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        List<String> before = gym.objects("");
        gym.hevy().forgetLog();

        assertThat(gym.round()).isEqualTo(ExitCode.DONE);

        assertThat(gym.objects("")).isEqualTo(before);
        assertThat(gym.hevy().log()).hasSize(8);
    }

    @Test
    void a_later_round_brings_the_changed_items_and_tombstones_of_the_deleted_ones() throws Exception {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        List<String> workouts = List.copyOf(
                gym.read(gym.objects("commits/anna").get(0)).at("/state/items/workouts").properties().stream()
                        .map(Map.Entry::getKey)
                        .toList());
        gym.account("anna").edit(workouts.get(0), workout -> workout.put("title", "changed"));
        gym.account("anna").delete(workouts.get(1));
        gym.account("ben").add(SimulatedAccount.workout(2, LAST.plusDays(1), 1));

        assertThat(gym.round()).isEqualTo(ExitCode.DONE);

        for (String id : List.of("anna", "ben", "cleo", "dora")) {
            assertThat(gym.data(id)).as(id).isEqualTo(gym.truth(id));
        }
        JsonNode commit = gym.commits("anna").get(1);
        assertThat(commit.at("/tables/workouts/rows").asInt()).isEqualTo(2);
        assertThat(commit.path("previous_load_id"))
                .isEqualTo(gym.commits("anna").get(0).path("load_id"));
        assertThat(gym.commits("dora")).hasSize(1);
    }

    @Test
    void a_revoked_key_fails_its_own_account_and_is_forgotten_once_it_is_right() throws Exception {
        gym.setKey("ben", "11111111-2222-4333-8444-555555555555");

        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);

        assertThat(gym.objects("failed")).containsExactly("failed/ben.json");
        assertThat(gym.read("failed/ben.json").path("outcome").asText()).isEqualTo("configuration");
        assertThat(gym.read("failed/ben.json").path("reason").asText()).contains("status 401");
        assertThat(gym.read("failed/ben.json").path("next").asText()).contains("where HEVY_ACCOUNTS says");
        assertThat(gym.data("anna")).isEqualTo(gym.truth("anna"));

        gym.setKey("ben", Gym.key("ben"));

        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        assertThat(gym.objects("failed")).isEmpty();
        assertThat(gym.data("ben")).isEqualTo(gym.truth("ben"));
    }

    @Tag("slow")
    @Test
    void the_key_of_another_account_is_refused_for_its_own_account_alone() throws Exception {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        gym.setKey("ben", Gym.key("anna"));

        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);

        assertThat(gym.read("failed/ben.json").path("reason").asText()).contains("The data of ben are those of");
        assertThat(gym.data("ben")).isEqualTo(gym.truth("ben"));
    }

    @Test
    void an_account_whose_answers_look_wiped_is_held_back_and_no_other() throws Exception {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        gym.account("ben").add(SimulatedAccount.workout(2, LAST.plusDays(1), 1));
        gym.hevy()
                .meetWith((request, answer) ->
                        Gym.isOf(request, "anna") && request.path().startsWith("/v1/workouts")
                                ? empty(request.path())
                                : answer.get());

        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);
        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);

        assertThat(gym.read("failed/anna.json").path("reason").asText()).contains("would delete 25 items");
        assertThat(gym.commits("anna")).hasSize(2);
        assertThat(gym.commits("anna").get(1).at("/state/held_back/found_at").isTextual())
                .isTrue();
        assertThat(gym.data("ben")).isEqualTo(gym.truth("ben"));
        gym.hevy().meetWith(Intruder.NONE);
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        assertThat(gym.data("anna")).isEqualTo(gym.truth("anna"));
        assertThat(gym.commits("anna").get(2).at("/state/held_back").isMissingNode())
                .isTrue();
    }

    @Tag("slow")
    @Test
    void a_deletion_that_is_found_again_after_ten_minutes_is_carried_out() throws Exception {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        gym.account("anna").replaceAll(Listing.WORKOUTS, List.of());
        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);
        gym.holdBackSince("anna", Instant.now().minus(Duration.ofMinutes(11)));

        assertThat(gym.round()).isEqualTo(ExitCode.DONE);

        assertThat(gym.data("anna")).doesNotContainKey("workouts");
        assertThat(gym.commits("anna").get(2).at("/tables/workouts/rows").asInt())
                .isEqualTo(25);
        assertThat(gym.objects("failed")).isEmpty();
    }

    private static SimulatedResponse empty(String path) {
        return SimulatedResponse.json(
                200,
                switch (path) {
                    case "/v1/workouts/count" -> "{\"workout_count\": 0}";
                    case "/v1/workouts/events" -> "{\"page\": 1, \"page_count\": 0, \"events\": []}";
                    default -> "{\"page\": 1, \"page_count\": 0, \"workouts\": []}";
                });
    }

    @Test
    void a_hostile_account_fails_alone_and_its_key_is_in_no_object_and_no_log() throws Exception {
        String key = Gym.key("dora");
        gym.hevy()
                .meetWith((request, answer) -> Gym.isOf(request, "dora")
                        ? SimulatedResponse.json(200, "{\"echo\": \"" + key + "\"}")
                        : answer.get());

        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);

        assertThat(gym.read("failed/dora.json").toString()).contains("***").doesNotContain(key);
        assertThat(gym.data("anna")).isEqualTo(gym.truth("anna"));
    }

    @Test
    void an_account_with_hundreds_of_fields_of_its_own_is_refused_and_one_with_a_few_is_not() throws Exception {
        ObjectNode odd = SimulatedAccount.workout(2, LAST.plusDays(1), 1);
        odd.put("account_id", "anna").put("mood", 7.50);
        gym.account("ben").add(odd);
        ObjectNode hostile = SimulatedAccount.workout(4, LAST.plusDays(1), 1);
        for (int i = 0; i < 500; i++) {
            hostile.put("field_" + i, i);
        }
        gym.account("dora").add(hostile);

        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);

        assertThat(gym.read("failed/dora.json").path("reason").asText()).contains("500 fields");
        assertThat(gym.data("anna")).isEqualTo(gym.truth("anna"));
        assertThat(gym.data("ben").get("workouts").values())
                .anySatisfy(row -> assertThat(row).containsEntry("mood", "7.5"));
    }

    @Tag("slow")
    @Test
    void a_commit_that_another_worker_has_won_is_followed() throws Exception {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        gym.account("anna").add(SimulatedAccount.workout(1, LAST.plusDays(1), 1));
        AtomicBoolean raced = new AtomicBoolean();
        gym.hevy().meetWith((request, answer) -> {
            if (Gym.isOf(request, "anna")
                    && request.path().equals("/v1/routines")
                    && raced.compareAndSet(false, true)) {
                gym.commitAgain("anna");
            }
            return answer.get();
        });

        assertThat(gym.round()).isEqualTo(ExitCode.DONE);

        assertThat(gym.commits("anna")).hasSize(3);
        assertThat(gym.data("anna")).isEqualTo(gym.truth("anna"));
    }

    @Test
    void what_a_killed_process_has_left_is_removed_and_what_a_living_one_uses_is_not() throws Exception {
        Path processes = folder.resolve("work/accounts");
        Path left = Files.createDirectories(processes.resolve("process-killed/load-1"));
        Files.createFile(left.resolveSibling("lock"));
        Path used = Files.createDirectories(processes.resolve("process-living/load-1"));
        try (FileChannel lock =
                FileChannel.open(used.resolveSibling("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();

            assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        }

        assertThat(processes.toFile().list()).containsExactly("process-living");
    }

    @Test
    void an_account_that_hevy_limits_waits_a_tenth_of_the_longest_wait_and_fails_alone() throws Exception {
        gym.with("HEVY_MAX_WAIT", "5s")
                .hevy()
                .meetWith((request, answer) ->
                        Gym.isOf(request, "ben") ? SimulatedResponse.error(429, "Too many requests") : answer.get());

        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);

        assertThat(gym.read("failed/ben.json").path("reason").asText())
                .contains("Hevy's rate limit (429) outlasted the account's share of HEVY_MAX_WAIT");
        assertThat(gym.data("anna")).isEqualTo(gym.truth("anna"));
    }

    @Tag("slow")
    @Test
    void accounts_share_a_lake_in_a_folder_too() {
        gym.inFolder();

        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);

        assertThat(folder.resolve("lake/hevy/accounts/commits/anna/00000000000000000001.json"))
                .exists();
    }

    @Test
    void objects_of_other_names_beside_the_commits_are_left_alone() throws Exception {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        Path commits = gym.bucket().resolve("accounts/commits/anna");
        Files.copy(commits.resolve("00000000000000000001.json"), commits.resolve("${env:PATH}.json"));
        Files.copy(commits.resolve("00000000000000000001.json"), commits.resolve("zzz.json"));
        Files.createDirectories(gym.bucket().resolve("accounts/failed"));
        Files.writeString(gym.bucket().resolve("accounts/failed/${env:PATH}.json"), "{}");

        assertThat(gym.round()).isEqualTo(ExitCode.DONE);

        assertThat(commits.resolve("${env:PATH}.json")).exists();
        assertThat(gym.bucket().resolve("accounts/failed/${env:PATH}.json")).exists();
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "account_id":"anna"      | "account_id":"ben"
            /workouts.parquet"       | /workouts.parquet' union select '"
            "workouts":              | "x'); drop table y; --":
            "sequence":1,            | "sequence":2,
            "load_id":"              | "load_id":"') union select ('
            """)
    void a_commit_that_would_become_other_sql_or_another_key_fails_its_account(String found, String planted)
            throws Exception {
        assertThat(gym.round()).isEqualTo(ExitCode.DONE);
        Path commit = gym.bucket().resolve("accounts/commits/anna/00000000000000000001.json");
        String text = Files.readString(commit);
        assertThat(text).contains(found);
        Files.writeString(commit, text.replace(found, planted));

        assertThat(gym.round()).isEqualTo(ExitCode.ACCOUNTS_FAILED);

        assertThat(gym.read("failed/anna.json").path("reason").asText()).contains("is damaged");
    }
}
