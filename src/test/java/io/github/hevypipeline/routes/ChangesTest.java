package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A later run loads the changes that the user has made in between. */
class ChangesTest {
    @TempDir
    Path folder;

    private Installation installation;

    @BeforeEach
    void loadOnce() throws IOException {
        Account account = SimulatedAccount.between(5, LocalDate.of(2024, 10, 1), LocalDate.of(2026, 2, 1));
        installation = new Installation(folder, account);
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private String workoutOf(String year) {
        return installation
                .account()
                .items(Listing.WORKOUTS)
                .filter(workout -> workout.path("created_at").asText().startsWith(year))
                .filter(workout -> !workout.path("exercises").isEmpty())
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    private Set<String> writtenSince(Map<String, String> before) {
        return installation.lake().objects().keySet().stream()
                .filter(object -> !before.containsKey(object))
                .map(object -> object.replaceAll("\\d{10}\\.\\d{7}\\.", "").replaceAll("\\d{10}", "n"))
                .collect(Collectors.toSet());
    }

    @Test
    void aSecondRunOfAnUnchangedAccountWritesNothing() {
        Map<String, String> before = installation.lake().objects();

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(installation.lake().objects()).isEqualTo(before);
    }

    @Test
    void anUnchangedAccountIsSeenAsSuchFromAnotherMachine() {
        Map<String, String> before = installation.lake().objects();

        assertThat(installation.runElsewhere("extract")).isEqualTo(ExitCode.DONE);

        assertThat(installation.lake().objects()).isEqualTo(before);
    }

    @Test
    void anEditReplacesTheWorkoutWithItsChildrenAndRewritesOneYearOnly() {
        String id = workoutOf("2025");
        Map<String, String> before = installation.lake().objects();
        installation.account().edit(id, workout -> {
            workout.put("title", "Edited");
            workout.withArray("exercises").remove(0);
        });

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(writtenSince(before))
                .containsExactlyInAnyOrder(
                        "_dlt_loads/n.parquet",
                        "_dlt_pipeline_state/parquet",
                        "workouts/2025.parquet",
                        "workouts__exercises/2025.parquet",
                        "workouts__exercises__sets/2025.parquet");
        int exercises = installation
                .account()
                .workout(id)
                .orElseThrow()
                .path("exercises")
                .size();
        assertThat(installation
                        .lake()
                        .query("select w.title, count(e._dlt_id) from {workouts} w"
                                + " left join {workouts__exercises} e on e._dlt_parent_id = w._dlt_id where w.id = '"
                                + id
                                + "' group by 1"))
                .containsExactly(List.of("Edited", Integer.toString(exercises)));
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Test
    void onlyTheEditedRowGetsTheNewLoadId() {
        String id = workoutOf("2025");
        installation.account().edit(id, workout -> workout.put("title", "Edited"));

        installation.run("extract");

        assertThat(
                        installation
                                .lake()
                                .query(
                                        "select id from {workouts} where _dlt_load_id = (select max(_dlt_load_id) from {workouts})"))
                .containsExactly(List.of(id));
    }

    @Test
    void rowIdsStayTheSameAfterAnEditAndOnAnotherMachine() {
        String sets = "select _dlt_id from {workouts__exercises__sets} order by 1";
        List<List<String>> before = installation.lake().query(sets);
        installation.account().edit(workoutOf("2024"), workout -> workout.put("title", "Edited"));

        installation.runElsewhere("extract");

        assertThat(installation.lake().query(sets)).isEqualTo(before);
    }

    @Test
    void aDeletedWorkoutIsGoneFromAllThreeTables() {
        String id = workoutOf("2024");
        String root = installation
                .lake()
                .query("select _dlt_id from {workouts} where id = '" + id + "'")
                .get(0)
                .get(0);
        installation.account().delete(id);

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(installation.lake().query("select 1 from {workouts} where id = '" + id + "'"))
                .isEmpty();
        assertThat(installation.lake().query("select 1 from {workouts__exercises} where _dlt_root_id = '" + root + "'"))
                .isEmpty();
        assertThat(installation
                        .lake()
                        .query("select 1 from {workouts__exercises__sets} where _dlt_root_id = '" + root + "'"))
                .isEmpty();
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Test
    void aNewWorkoutIsAdded() {
        installation.account().add(SimulatedAccount.workout(99, LocalDate.of(2026, 2, 2), 1));
        long expected = installation.account().count(Listing.WORKOUTS);

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(installation.lake().query("select count(*), count(distinct id) from {workouts}"))
                .containsExactly(List.of(Long.toString(expected), Long.toString(expected)));
    }

    @Test
    void aChangedRoutineReplacesItsTablesAndNoOther() {
        Map<String, String> before = installation.lake().objects();
        List<com.fasterxml.jackson.databind.node.ObjectNode> routines =
                installation.account().items(Listing.ROUTINES).toList();
        installation.account().replaceAll(Listing.ROUTINES, routines.subList(1, routines.size()));

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(writtenSince(before))
                .containsExactlyInAnyOrder(
                        "_dlt_loads/n.parquet",
                        "_dlt_pipeline_state/parquet",
                        "routines/0.parquet",
                        "routines__exercises/0.parquet",
                        "routines__exercises__sets/0.parquet");
        assertThat(installation.lake().query("select count(*) from {routines}"))
                .containsExactly(List.of(Integer.toString(routines.size() - 1)));
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Test
    void tablesOfResourcesThatAreNotSelectedStay() {
        installation.with("HEVY_RESOURCES", "workouts").account().delete(workoutOf("2025"));

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(installation.lake().manifest()).containsKeys("routines", "exercise_templates", "workouts");
        assertThat(installation.lake().faults()).isEmpty();
    }
}
