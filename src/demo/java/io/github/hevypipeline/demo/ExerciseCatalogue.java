package io.github.hevypipeline.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The 450 exercise templates of a simulated account: those of {@code exercises.csv}, and enough others to fill a list
 * as long as the real one. Immutable, the same in every account.
 */
final class ExerciseCatalogue {
    private static final int SIZE = 450;
    private static final List<String> MOVES = List.of(
            "Incline Press;chest;triceps",
            "Decline Press;chest;triceps",
            "Floor Press;chest;triceps",
            "Pullover;lats;chest",
            "Arnold Press;shoulders;triceps",
            "Push Press;shoulders;triceps",
            "Front Raise;shoulders;",
            "Rear Delt Fly;shoulders;upper_back",
            "Upright Row;traps;shoulders",
            "High Row;upper_back;biceps",
            "Single Arm Row;lats;biceps",
            "Preacher Curl;biceps;",
            "Concentration Curl;biceps;",
            "Reverse Curl;forearms;biceps",
            "Wrist Curl;forearms;",
            "Skullcrusher;triceps;",
            "Kickback;triceps;",
            "Overhead Extension;triceps;",
            "Front Squat;quadriceps;glutes",
            "Box Squat;quadriceps;glutes",
            "Sumo Squat;quadriceps;adductors",
            "Hack Squat;quadriceps;glutes",
            "Lunge;quadriceps;glutes",
            "Reverse Lunge;glutes;quadriceps",
            "Step Up;quadriceps;glutes",
            "Glute Bridge;glutes;hamstrings",
            "Glute Kickback;glutes;",
            "Good Morning;lower_back;hamstrings",
            "Back Extension;lower_back;glutes",
            "Sumo Deadlift;glutes;hamstrings",
            "Stiff Leg Deadlift;hamstrings;glutes",
            "Nordic Curl;hamstrings;",
            "Seated Calf Raise;calves;",
            "Donkey Calf Raise;calves;",
            "Russian Twist;abdominals;",
            "Sit Up;abdominals;",
            "Side Bend;abdominals;",
            "Wood Chop;abdominals;shoulders",
            "Clean;full_body;traps",
            "Clean and Jerk;full_body;shoulders",
            "Snatch;full_body;shoulders",
            "Thruster;full_body;quadriceps",
            "Swing;glutes;shoulders",
            "Turkish Get Up;full_body;shoulders",
            "Rack Pull;upper_back;traps",
            "Jefferson Curl;lower_back;hamstrings",
            "Monster Walk;abductors;glutes",
            "Copenhagen Plank;adductors;abdominals",
            "Neck Extension;neck;",
            "Grip Squeeze;other;forearms");
    private static final List<String> EQUIPMENT =
            List.of("barbell", "dumbbell", "machine", "kettlebell", "resistance_band", "plate", "suspension", "none");

    private final Map<String, Exercise> exercises = new LinkedHashMap<>();

    ExerciseCatalogue() {
        readNamed();
        fill();
    }

    /** The exercise of this id, which must be one of {@code exercises.csv}. */
    Exercise exercise(String id) {
        return Objects.requireNonNull(exercises.get(id), id);
    }

    /** All templates by title, as the API lists them. */
    List<ObjectNode> templates() {
        return exercises.values().stream()
                .sorted(Comparator.comparing(Exercise::title))
                .map(Exercise::json)
                .toList();
    }

    private void readNamed() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(ExerciseCatalogue.class.getResourceAsStream("exercises.csv")),
                StandardCharsets.UTF_8))) {
            lines.lines().skip(1).map(Exercise::parse).forEach(this::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fill() {
        for (String equipment : EQUIPMENT) {
            for (String move : MOVES) {
                if (exercises.size() == SIZE) {
                    return;
                }
                String[] words = move.split(";", -1);
                add(new Exercise(
                        Dice.of(0, equipment + words[0]).shortId(),
                        words[0] + " (" + named(equipment) + ")",
                        equipment.equals("none") ? "reps_only" : "weight_reps",
                        words[1],
                        muscles(words[2]),
                        equipment));
            }
        }
    }

    private void add(Exercise exercise) {
        exercises.put(exercise.id(), exercise);
    }

    private static String named(String equipment) {
        return switch (equipment) {
            case "none" -> "Bodyweight";
            case "resistance_band" -> "Band";
            default -> equipment.substring(0, 1).toUpperCase(Locale.ROOT) + equipment.substring(1);
        };
    }

    private static List<String> muscles(String commaSeparated) {
        List<String> muscles = new ArrayList<>();
        for (String muscle : commaSeparated.split(",", -1)) {
            if (!muscle.isEmpty()) {
                muscles.add(muscle);
            }
        }
        return List.copyOf(muscles);
    }

    /** One template. */
    record Exercise(
            String id, String title, String type, String primaryMuscle, List<String> otherMuscles, String equipment) {
        static Exercise parse(String line) {
            String[] cells = line.split(";", -1);
            return new Exercise(cells[0], cells[1], cells[2], cells[3], muscles(cells[4]), cells[5]);
        }

        /** A person's own exercises have long ids. */
        boolean isCustom() {
            return id.length() > 8;
        }

        ObjectNode json() {
            ObjectNode json = Json.object()
                    .put("id", id)
                    .put("title", title)
                    .put("type", type)
                    .put("primary_muscle_group", primaryMuscle);
            ArrayNode secondary = json.putArray("secondary_muscle_groups");
            otherMuscles.forEach(secondary::add);
            return json.put("equipment", equipment).put("is_custom", isCustom());
        }
    }
}
