package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that brought nothing new once are passed over, and whatever is new is found all the same. */
class UnchangedPagesTest {
    @TempDir
    Path folder;

    private ProxiedInstallation home;

    /** After the first run the lists are known, after the second one the last changes too. */
    @BeforeEach
    void loadTwice() throws IOException {
        home = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(3, 12, LocalDate.of(2026, 5, 1)));
        run();
        assertThat(run()).noneMatch(line -> line.contains("rows landed"));
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
    }

    private List<String> run() {
        return run("extract");
    }

    private List<String> run(String command) {
        ProxiedInstallation.Run run = home.run(command);
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.DONE);
        return run.lines();
    }

    private void invariantsHold() {
        run("transform");
        Invariants.of(home.bucket(), home.warehouse(), folder.resolve("work")).holdFor(Truth.of(home.account()));
    }

    private void changeFirst(Listing listing, Consumer<ObjectNode> change) {
        List<ObjectNode> items = new ArrayList<>(home.account().items(listing).toList());
        ObjectNode changed = items.get(0).deepCopy();
        change.accept(changed);
        items.set(0, changed);
        home.account().replaceAll(listing, items);
    }

    @Test
    void pages_that_are_known_are_neither_landed_nor_compared() {
        List<String> lines = run();

        assertThat(lines).noneMatch(line -> line.contains("rows landed"));
        assertThat(lines).anyMatch(line -> line.contains("nothing changed since load"));
        invariantsHold();
    }

    @Test
    @Tag("slow")
    void a_list_of_which_one_item_changed_is_landed_and_the_others_stay_known() {
        changeFirst(Listing.EXERCISE_TEMPLATES, template -> template.put("title", "Renamed"));
        changeFirst(Listing.ROUTINES, routine -> routine.put("title", "Renamed too"));

        run();
        invariantsHold();

        run();
        assertThat(run()).noneMatch(line -> line.contains("rows landed"));
        invariantsHold();
    }

    @Test
    @Tag("slow")
    void a_change_that_is_taken_back_is_followed_both_times() {
        List<ObjectNode> before =
                home.account().items(Listing.EXERCISE_TEMPLATES).toList();
        changeFirst(Listing.EXERCISE_TEMPLATES, template -> template.put("title", "Renamed"));
        run();
        invariantsHold();

        home.account().replaceAll(Listing.EXERCISE_TEMPLATES, before);
        run();

        invariantsHold();
    }

    @Tag("slow")
    @Test
    void an_edit_of_a_workout_is_followed_though_all_else_is_known() {
        String id = home.account()
                .items(Listing.WORKOUTS)
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
        run();
        home.account().edit(id, workout -> workout.put("title", "Edited"));

        run();

        invariantsHold();
    }

    @Tag("slow")
    @Test
    void a_lost_file_is_written_anew_though_the_pages_are_known() throws IOException {
        String lost = home.lake().files("exercise_templates").get(0);
        Files.delete(home.bucket().resolve("raw/hevy").resolve(lost));
        try (var cached = Files.walk(folder.resolve("work"))) {
            for (Path file : cached.filter(one -> one.endsWith(Path.of(lost).getFileName()))
                    .toList()) {
                Files.delete(file);
            }
        }

        assertThat(run()).anyMatch(line -> line.contains("is missing or damaged; its table is written anew"));

        invariantsHold();
    }

    @Test
    @Tag("slow")
    void what_has_to_be_said_of_a_page_is_said_in_every_run() {
        changeFirst(Listing.EXERCISE_TEMPLATES, template -> template.put("type", "telekinesis"));

        for (int i = 0; i < 3; i++) {
            assertThat(run()).anyMatch(line -> line.contains("telekinesis"));
        }
        invariantsHold();
    }
}
