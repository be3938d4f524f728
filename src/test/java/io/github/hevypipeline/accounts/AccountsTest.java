package io.github.hevypipeline.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
