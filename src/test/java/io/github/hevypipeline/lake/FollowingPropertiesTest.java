package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Loads that follow the changes lead where a load of everything leads. */
class FollowingPropertiesTest {
    private static final List<String> TABLES = List.of("workouts", "workouts__exercises", "workouts__exercises__sets");
    private static final int WORKOUTS = 14;

    /** What the lifter does; {@code which} picks the workout. */
    private enum Deed {
        ADD,
        ADD_TO_ANOTHER_YEAR,
        EDIT,
        EMPTY,
        MOVE_TO_ANOTHER_YEAR,
        DELETE,
        BRING_BACK
    }

    private record Step(Deed deed, int which, boolean loadAfter) {}

    @Provide
    Arbitrary<List<Step>> lives() {
        return Combinators.combine(
                        Arbitraries.of(Deed.class),
                        Arbitraries.integers().between(0, 30),
                        Arbitraries.of(true, false, false))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(14);
    }

    @Property(tries = 25, seed = "20261125", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
    void any_sequence_of_changes_read_in_any_portions_gives_what_a_full_load_gives(@ForAll("lives") List<Step> steps)
            throws IOException {
        Path folder = Files.createTempDirectory("following");
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-23T10:00:00Z"));
        Account account = SimulatedAccount.withWorkouts(6, WORKOUTS, LocalDate.of(2026, 1, 12), now::get);
        try (SimulatedHevy hevy = SimulatedHevy.serve(account)) {
            FolderLake following = FolderLake.following(folder.resolve("following"), hevy);
            following.load();
            List<ObjectNode> gone = new ArrayList<>();
            for (Step step : steps) {
                now.set(following.now().plus(Duration.ofMillis(10)));
                act(account, step, gone);
                if (step.loadAfter()) {
                    following.load();
                }
            }
            now.set(following.now().plus(Duration.ofMillis(10)));
            following.load();
            assertThat(hevy.requestsTo("/v1/workouts"))
                    .as("only the first load read the list")
                    .isEqualTo(2);

            FolderLake full = FolderLake.following(folder.resolve("full"), hevy);
            full.load();
            for (String table : TABLES) {
                assertThat(following.contents(table)).as(table).isEqualTo(full.contents(table));
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void act(Account account, Step step, List<ObjectNode> gone) {
        List<ObjectNode> workouts = account.items(Listing.WORKOUTS).toList();
        String id = workouts.isEmpty()
                ? null
                : workouts.get(step.which() % workouts.size()).path("id").asText();
        switch (step.deed()) {
            case ADD -> account.add(fresh(LocalDate.of(2026, 2, 1), step.which()));
            case ADD_TO_ANOTHER_YEAR -> {
                ObjectNode workout = fresh(LocalDate.of(2024, 2, 1), step.which());
                account.add(workout);
                account.edit(workout.path("id").asText(), added -> added.put("created_at", "2024-02-01T10:00:00.000Z"));
            }
            case BRING_BACK -> {
                if (!gone.isEmpty()) {
                    account.add(gone.remove(step.which() % gone.size()).without(List.of("updated_at", "created_at")));
                }
            }
            default -> {
                if (id != null) {
                    changeOrDelete(account, step, id, gone);
                }
            }
        }
    }

    private static void changeOrDelete(Account account, Step step, String id, List<ObjectNode> gone) {
        switch (step.deed()) {
            case EDIT -> account.edit(id, workout -> workout.put("title", "Edited " + step.which()));
            case EMPTY -> account.edit(id, workout -> workout.putArray("exercises"));
            case MOVE_TO_ANOTHER_YEAR ->
                account.edit(
                        id, workout -> workout.put("created_at", "2023-0" + (1 + step.which() % 9) + "-01T10:00:00Z"));
            default -> {
                gone.add(account.workout(id).orElseThrow());
                account.delete(id);
            }
        }
    }

    private static ObjectNode fresh(LocalDate day, int which) {
        return SimulatedAccount.workout(6, day.plusDays(which), 1).without(List.of("updated_at", "created_at"));
    }
}
