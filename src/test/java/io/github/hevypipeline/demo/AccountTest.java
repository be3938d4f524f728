package io.github.hevypipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-06-01T12:00:00Z"));

    private final Account account = Account.of(
            Map.of(Listing.WORKOUTS, List.of(workout("old", "2026-01-01"), workout("new", "2026-02-01"))),
            Json.object().put("name", "me"),
            CLOCK);

    @Test
    void workouts_are_newest_first_in_whatever_order_they_came() {
        account.add(workout("middle", "2026-01-15"));

        assertThat(ids()).containsExactly("new", "middle", "old");
    }

    @Test
    void an_object_given_or_taken_can_be_changed_without_changing_the_account() {
        ObjectNode given = workout("given", "2026-03-01");
        account.add(given);
        given.put("title", "changed");
        account.workout("new").orElseThrow().put("title", "changed");

        assertThat(account.items(Listing.WORKOUTS)).noneMatch(w -> w.has("title"));
    }

    @Test
    void an_edit_moves_updated_at_and_nothing_but_what_was_edited() {
        account.edit("old", workout -> workout.put("title", "better"));

        assertThat(account.workout("old").orElseThrow())
                .isEqualTo(workout("old", "2026-01-01")
                        .put("updated_at", "2026-06-01T12:00:00.000Z")
                        .put("title", "better"));
    }

    @Test
    void a_workout_added_under_a_deleted_id_is_no_longer_a_deletion() {
        account.delete("old");
        assertThat(changes())
                .containsExactly("{\"type\":\"deleted\",\"id\":\"old\",\"deleted_at\":\"2026-06-01T12:00:00.000Z\"}");

        account.add(workout("old", "2026-01-01").without(List.of("updated_at")));

        assertThat(changes())
                .singleElement()
                .asString()
                .startsWith("{\"type\":\"updated\",\"workout\":{\"id\":\"old\"");
    }

    @Test
    void what_is_not_there_can_be_neither_edited_nor_deleted() {
        assertThatThrownBy(() -> account.edit("none", workout -> {})).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> account.delete("none")).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void a_list_without_events_can_be_replaced_whole() {
        account.replaceAll(Listing.ROUTINES, List.of(Json.object().put("id", "r")));
        assertThat(account.count(Listing.ROUTINES)).isEqualTo(1);

        account.replaceAll(Listing.ROUTINES, List.of());
        assertThat(account.count(Listing.ROUTINES)).isZero();
    }

    @Test
    void recorded_pages_become_an_account(@TempDir Path folder) throws Exception {
        Path pages = Files.createDirectories(folder.resolve("workouts"));
        Files.writeString(pages.resolve("page=0001.json"), "{\"workouts\":[" + workout("a", "2026-02-01") + "]}");
        Files.writeString(pages.resolve("page=0002.json"), "{\"workouts\":[" + workout("b", "2026-01-01") + "]}");
        Files.writeString(folder.resolve("user_info.json"), "{\"data\":{\"name\":\"recorded\"}}");

        Account recorded = Account.fromPages(folder, CLOCK);

        assertThat(recorded.items(Listing.WORKOUTS))
                .containsExactly(workout("a", "2026-02-01"), workout("b", "2026-01-01"));
        assertThat(recorded.user().get("name").asText()).isEqualTo("recorded");
        assertThat(recorded.count(Listing.ROUTINES)).isZero();
    }

    private List<String> ids() {
        return account.items(Listing.WORKOUTS).map(w -> w.get("id").asText()).toList();
    }

    private List<String> changes() {
        return account.eventsSince(CLOCK.instant()).stream()
                .map(event -> new String(event.bytes(), StandardCharsets.UTF_8))
                .toList();
    }

    private static ObjectNode workout(String id, String day) {
        return Json.object()
                .put("id", id)
                .put("start_time", day + "T18:00:00+00:00")
                .put("updated_at", day + "T19:00:00.000Z");
    }
}
