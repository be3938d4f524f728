package io.github.hevypipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedAccountTest {
    private static final LocalDate FROM = LocalDate.of(2024, 9, 2);
    private static final LocalDate TO = LocalDate.of(2026, 9, 1);
    private static final List<String> METRICS =
            List.of("weight_kg", "reps", "distance_meters", "duration_seconds", "custom_metric");

    private final Account account = SimulatedAccount.between(1, FROM, TO);

    @Test
    void the_same_seed_gives_the_same_account_and_another_seed_another() {
        Account again = SimulatedAccount.between(1, FROM, TO);
        Account other = SimulatedAccount.between(2, FROM, TO);

        for (Listing listing : Listing.values()) {
            assertThat(again.items(listing)).containsExactlyElementsOf(all(listing));
        }
        assertThat(ids(other)).doesNotContainAnyElementsOf(ids(account));
    }

    @Test
    void tomorrow_has_the_same_history_and_perhaps_a_workout_more() {
        for (int days = 1; days <= 7; days++) {
            List<ObjectNode> later = SimulatedAccount.between(1, FROM, TO.plusDays(days))
                    .items(Listing.WORKOUTS)
                    .toList();
            int added = later.size() - account.count(Listing.WORKOUTS);

            assertThat(added).isBetween(0, days);
            assertThat(later.subList(added, later.size())).isEqualTo(all(Listing.WORKOUTS));
        }
    }

    @Test
    void the_demo_has_over_300_workouts_none_of_them_from_the_future_and_only_grows() {
        Instant now = Instant.parse("2026-11-23T23:00:00Z");
        Account today = SimulatedAccount.demo(InstantSource.fixed(now));
        Account nextWeek = SimulatedAccount.demo(InstantSource.fixed(now.plusSeconds(7 * 86_400)));

        assertThat(today.count(Listing.WORKOUTS)).isGreaterThan(300);
        assertThat(today.items(Listing.WORKOUTS))
                .allSatisfy(w ->
                        assertThat(Instant.parse(w.get("updated_at").asText())).isBeforeOrEqualTo(now));
        assertThat(ids(nextWeek))
                .containsAll(ids(today))
                .hasSizeGreaterThan(ids(today).size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 42})
    void two_years_hold_at_least_300_workouts_and_every_oddity(long seed) {
        Account twoYears = SimulatedAccount.between(seed, FROM, TO);
        List<ObjectNode> workouts = twoYears.items(Listing.WORKOUTS).toList();
        List<JsonNode> exercises = workouts.stream()
                .flatMap(workout -> elements(workout.get("exercises")))
                .toList();
        List<JsonNode> sets = exercises.stream()
                .flatMap(exercise -> elements(exercise.get("sets")))
                .toList();

        assertThat(workouts).hasSizeBetween(300, 420);
        assertThat(workouts).anyMatch(w -> w.get("exercises").isEmpty());
        assertThat(exercises).anyMatch(e -> e.get("sets").isEmpty());
        assertThat(workouts).anyMatch(w -> w.get("routine_id").isNull());
        assertThat(workouts).anyMatch(w -> w.get("routine_id").isTextual());
        assertThat(workouts)
                .anyMatch(w -> !w.get("updated_at").equals(w.get("created_at")))
                .anyMatch(w -> w.get("updated_at").equals(w.get("created_at")));
        assertThat(values(exercises, "superset_id")).contains("0", "1", "null");
        assertThat(values(sets, "type")).containsExactlyInAnyOrder("normal", "warmup", "dropset", "failure");
        assertThat(values(sets, "rpe")).contains("7.5", "8", "10", "null").doesNotContain("6.5", "8.0");
        assertThat(values(sets, "weight_kg")).anyMatch(weight -> weight.length() > 12);
        assertThat(values(workouts, "title")).anyMatch(t -> t.contains("💪")).anyMatch(t -> t.contains("\""));
        assertThat(values(workouts, "title")).contains("背中の日");
        assertThat(values(workouts, "description")).anyMatch(text -> text.contains("\n"));
    }

    @Test
    void all_ten_types_occur_and_fill_the_metrics_of_their_type_only() {
        Map<String, String> types = new HashMap<>();
        account.items(Listing.EXERCISE_TEMPLATES)
                .forEach(t -> types.put(t.get("id").asText(), t.get("type").asText()));
        Map<String, Set<String>> filled = new TreeMap<>();
        account.items(Listing.WORKOUTS)
                .flatMap(workout -> elements(workout.get("exercises")))
                .forEach(exercise -> {
                    String type = types.get(exercise.get("exercise_template_id").asText());
                    for (JsonNode set : exercise.get("sets")) {
                        METRICS.stream().filter(set::hasNonNull).forEach(metric -> filled.computeIfAbsent(
                                        type, t -> new HashSet<>())
                                .add(metric));
                        assertThat(set.properties())
                                .extracting(Map.Entry::getKey)
                                .containsExactly(
                                        "index",
                                        "type",
                                        "weight_kg",
                                        "reps",
                                        "distance_meters",
                                        "duration_seconds",
                                        "rpe",
                                        "custom_metric");
                    }
                });

        assertThat(filled)
                .isEqualTo(Map.of(
                        "weight_reps", Set.of("weight_kg", "reps"),
                        "reps_only", Set.of("reps"),
                        "bodyweight_weighted", Set.of("weight_kg", "reps"),
                        "bodyweight_assisted", Set.of("weight_kg", "reps"),
                        "duration", Set.of("duration_seconds"),
                        "weight_duration", Set.of("weight_kg", "duration_seconds"),
                        "distance_duration", Set.of("distance_meters", "duration_seconds"),
                        "short_distance_weight", Set.of("distance_meters", "weight_kg"),
                        "floors_duration", Set.of("custom_metric", "duration_seconds"),
                        "steps_duration", Set.of("custom_metric", "duration_seconds")));
    }

    @Test
    void times_have_the_two_forms_of_the_api_and_evenings_cross_midnight() {
        assertThat(account.items(Listing.WORKOUTS)).allSatisfy(workout -> {
            assertThat(workout.get("start_time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00");
            assertThat(workout.get("updated_at").asText())
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        });
        assertThat(values(all(Listing.WORKOUTS), "start_time"))
                .anyMatch(t -> t.contains("T00:"))
                .anyMatch(t -> t.contains("T23:"));
    }

    @Test
    void the_other_lists_look_like_those_of_a_real_account() {
        List<ObjectNode> templates = all(Listing.EXERCISE_TEMPLATES);
        List<ObjectNode> routines = all(Listing.ROUTINES);
        List<JsonNode> routineSets = routines.stream()
                .flatMap(routine -> elements(routine.get("exercises")))
                .flatMap(exercise -> elements(exercise.get("sets")))
                .toList();

        assertThat(templates).hasSize(450).anyMatch(t -> t.get("is_custom").booleanValue());
        assertThat(templates).allMatch(t -> t.has("equipment"));
        assertThat(values(templates, "id")).contains("D04AC939", "79D0BB3A", "C6272009");
        assertThat(new HashSet<>(values(templates, "title"))).hasSize(450);
        assertThat(routines).hasSize(30);
        assertThat(values(routines, "folder_id")).contains("null", "918273");
        assertThat(routineSets)
                .anyMatch(set -> !set.has("rpe") && !set.has("rep_range"))
                .anyMatch(set -> set.path("rep_range").isObject())
                .anyMatch(set -> set.has("rep_range") && set.get("rep_range").isNull());
        assertThat(values(routines, "id"))
                .containsAll(account.items(Listing.WORKOUTS)
                        .map(workout -> workout.get("routine_id"))
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::asText)
                        .toList());
        assertThat(all(Listing.ROUTINE_FOLDERS)).hasSize(3);
        assertThat(all(Listing.BODY_MEASUREMENTS))
                .hasSizeBetween(40, 80)
                .anyMatch(m -> !m.has("waist"))
                .anyMatch(m -> m.has("waist"))
                .noneMatch(m -> m.has("hips"));
    }

    @Test
    void a_crowd_of_workouts_is_made_in_moments_and_has_no_id_twice() {
        Account crowd = SimulatedAccount.withWorkouts(5, 10_000, TO);

        assertThat(crowd.count(Listing.WORKOUTS)).isEqualTo(10_000);
        assertThat(crowd.list(Listing.WORKOUTS)).extracting(Item::id).doesNotHaveDuplicates();
    }

    private List<ObjectNode> all(Listing listing) {
        return account.items(listing).toList();
    }

    private static Set<String> ids(Account account) {
        return new HashSet<>(values(account.items(Listing.WORKOUTS).toList(), "id"));
    }

    private static List<String> values(List<? extends JsonNode> objects, String key) {
        return objects.stream()
                .map(object -> object.get(key).asText())
                .distinct()
                .toList();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return array.valueStream();
    }
}
