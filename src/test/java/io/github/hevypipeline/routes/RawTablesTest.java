package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API sent is what every raw table holds, value for value. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawTablesTest {
    @TempDir
    static Path folder;

    private Installation demo;
    private Installation golden;

    @BeforeAll
    void loadOnce() throws IOException {
        demo = new Installation(
                folder.resolve("demo"),
                SimulatedAccount.demo(InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"))));
        golden = new Installation(
                folder.resolve("golden"),
                Account.fromPages(Path.of("src/test/resources/golden/n200/api"), InstantSource.system()));
        assertThat(demo.run("extract")).isEqualTo(ExitCode.DONE);
        assertThat(golden.run("extract")).isEqualTo(ExitCode.DONE);
    }

    @AfterAll
    void stop() throws IOException {
        demo.close();
        golden.close();
    }

    private Installation installation(String account) {
        return account.equals("demo") ? demo : golden;
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "golden"})
    void workoutsHoldWhatTheApiSent(String account) {
        compareRoots(
                installation(account),
                Listing.WORKOUTS,
                "workouts",
                List.of("id", "title", "routine_id", "description"),
                List.of("start_time", "end_time", "created_at", "updated_at"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "golden"})
    void routinesHoldWhatTheApiSent(String account) {
        compareRoots(
                installation(account),
                Listing.ROUTINES,
                "routines",
                List.of("id", "title", "folder_id", "notes"),
                List.of("created_at", "updated_at"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "golden"})
    void templatesHoldWhatTheApiSent(String account) {
        compareRoots(
                installation(account),
                Listing.EXERCISE_TEMPLATES,
                "exercise_templates",
                List.of(
                        "id",
                        "title",
                        "type",
                        "primary_muscle_group",
                        "secondary_muscle_groups",
                        "equipment",
                        "equipment_category",
                        "is_custom"),
                List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "golden"})
    void exercisesOfWorkoutsHoldWhatTheApiSent(String account) {
        compareExercises(
                installation(account),
                Listing.WORKOUTS,
                "workouts",
                List.of("index", "title", "notes", "exercise_template_id", "superset_id", "supersets_id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "golden"})
    void exercisesOfRoutinesHoldWhatTheApiSent(String account) {
        compareExercises(
                installation(account),
                Listing.ROUTINES,
                "routines",
                List.of(
                        "index",
                        "title",
                        "notes",
                        "exercise_template_id",
                        "superset_id",
                        "supersets_id",
                        "rest_seconds"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "golden"})
    void setsOfWorkoutsHoldWhatTheApiSent(String account) {
        compareSets(
                installation(account),
                Listing.WORKOUTS,
                "workouts",
                List.of(
                        "index",
                        "type",
                        "weight_kg",
                        "reps",
                        "distance_meters",
                        "duration_seconds",
                        "rpe",
                        "custom_metric"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "golden"})
    void setsOfRoutinesHoldWhatTheApiSent(String account) {
        compareSets(
                installation(account),
                Listing.ROUTINES,
                "routines",
                List.of(
                        "index",
                        "type",
                        "weight_kg",
                        "reps",
                        "rep_range__start",
                        "rep_range__end",
                        "distance_meters",
                        "duration_seconds",
                        "rpe",
                        "custom_metric"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "golden"})
    void theManifestIsTrue(String account) {
        assertThat(installation(account).lake().faults()).isEmpty();
    }

    private static void compareRoots(
            Installation installation, Listing listing, String table, List<String> columns, List<String> times) {
        List<List<String>> expected = new ArrayList<>();
        items(installation, listing).forEach(item -> {
            List<String> row = new ArrayList<>(values(item, columns));
            times.forEach(time -> row.add(micros(item.path(time))));
            expected.add(row);
        });
        List<String> selected = new ArrayList<>(columns);
        times.forEach(time -> selected.add("epoch_us(" + time + ")"));
        assertThat(installation.lake().query("select " + String.join(", ", selected) + " from {" + table + "}"))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    private static void compareExercises(
            Installation installation, Listing listing, String root, List<String> columns) {
        List<List<String>> expected = new ArrayList<>();
        items(installation, listing).forEach(item -> {
            int position = 0;
            for (JsonNode exercise : item.path("exercises")) {
                List<String> row = new ArrayList<>(List.of(item.path("id").asText(), "" + position++));
                row.addAll(values(exercise, columns));
                expected.add(row);
            }
        });
        String sql = "select r.id, e._dlt_list_idx, e." + String.join(", e.", columns) + " from {" + root
                + "__exercises} e join {" + root
                + "} r on e._dlt_parent_id = r._dlt_id and e._dlt_root_id = r._dlt_id";
        assertThat(installation.lake().query(sql)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static void compareSets(Installation installation, Listing listing, String root, List<String> columns) {
        List<List<String>> expected = new ArrayList<>();
        items(installation, listing).forEach(item -> {
            int exercisePosition = 0;
            for (JsonNode exercise : item.path("exercises")) {
                int position = 0;
                for (JsonNode set : exercise.path("sets")) {
                    List<String> row =
                            new ArrayList<>(List.of(item.path("id").asText(), "" + exercisePosition, "" + position++));
                    row.addAll(values(set, columns));
                    expected.add(row);
                }
                exercisePosition++;
            }
        });
        String sql = "select r.id, e._dlt_list_idx, s._dlt_list_idx, s." + String.join(", s.", columns) + " from {"
                + root + "__exercises__sets} s join {" + root
                + "__exercises} e on s._dlt_parent_id = e._dlt_id join {" + root
                + "} r on s._dlt_root_id = r._dlt_id and e._dlt_parent_id = r._dlt_id";
        assertThat(installation.lake().query(sql)).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Stream<ObjectNode> items(Installation installation, Listing listing) {
        return installation.account().items(listing);
    }

    private static List<String> values(JsonNode item, List<String> columns) {
        return columns.stream().map(column -> value(item, column)).toList();
    }

    private static final List<String> DOUBLES = Arrays.asList("weight_kg", "distance_meters", "rpe", "custom_metric");

    private static String value(JsonNode item, String column) {
        JsonNode value = item;
        for (String name : column.split("__", -1)) {
            value = value.path(name);
        }
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (value.isArray()) {
            List<String> texts = new ArrayList<>();
            value.forEach(element -> texts.add(element.asText()));
            return texts.toString();
        }
        return DOUBLES.contains(column) ? Double.toString(value.asDouble()) : value.asText();
    }

    private static String micros(JsonNode time) {
        return time.isTextual()
                ? Long.toString(ChronoUnit.MICROS.between(
                        Instant.EPOCH, OffsetDateTime.parse(time.asText()).toInstant()))
                : null;
    }
}
