package io.github.hevypipeline.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.ExerciseCatalogue.Exercise;
import io.github.hevypipeline.demo.Training.Lift;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The routines and routine folders of a simulated account. Immutable, the same at every time for one seed. */
final class RoutineBook {
    private static final int SIZE = 30;
    /** Routines made before that lack the keys {@code rep_range} and {@code rpe}, as recorded ones do. */
    private static final int OLD = 10;

    private static final int FIRST_FOLDER = 918_273;
    private static final List<String> FOLDERS = List.of("Push Pull Legs 🏋️‍♂️", "Travel ✈️", "Old \"stuff\"");
    private static final Instant FIRST_MADE = Instant.parse("2023-11-05T07:02:59.120Z");

    private final long seed;
    private final ExerciseCatalogue catalogue;

    RoutineBook(long seed, ExerciseCatalogue catalogue) {
        this.seed = seed;
        this.catalogue = catalogue;
    }

    /** The routine that a workout of this kind follows. */
    String idFor(Training training, Dice dice) {
        int kinds = Training.ofAWeek().size();
        return id(Training.ofAWeek().indexOf(training) + kinds * dice.between(0, SIZE / kinds - 1));
    }

    /** Newest first, as the API lists them. */
    List<ObjectNode> routines() {
        List<ObjectNode> routines = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            routines.add(routine(i));
        }
        Collections.reverse(routines);
        return List.copyOf(routines);
    }

    List<ObjectNode> folders() {
        List<ObjectNode> folders = new ArrayList<>();
        for (int i = 0; i < FOLDERS.size(); i++) {
            String made = Json.milliseconds(FIRST_MADE.plus(Duration.ofDays(i)));
            folders.add(Json.object()
                    .put("id", FIRST_FOLDER + i)
                    .put("index", i)
                    .put("title", FOLDERS.get(i))
                    .put("updated_at", made)
                    .put("created_at", made));
        }
        return List.copyOf(folders);
    }

    private String id(int number) {
        return Dice.of(seed, "routine id", number).uuid();
    }

    private ObjectNode routine(int number) {
        Dice dice = Dice.of(seed, "routine", number);
        Training training = Training.ofAWeek().get(number % Training.ofAWeek().size());
        Instant made = FIRST_MADE.plus(Duration.ofHours(201L * number)).plusMillis(dice.between(0, 999));
        ObjectNode routine =
                Json.object().put("id", id(number)).put("title", dice.oneOf(training.titles()) + " #" + (number + 1));
        int folder = dice.between(0, FOLDERS.size());
        if (folder == FOLDERS.size()) {
            routine.putNull("folder_id");
        } else {
            routine.put("folder_id", FIRST_FOLDER + folder);
        }
        routine.put("updated_at", Json.milliseconds(made.plus(Duration.ofMinutes(dice.between(0, 9000)))))
                .put("created_at", Json.milliseconds(made));
        ArrayNode exercises = routine.putArray("exercises");
        boolean paired = dice.chance(0.3);
        for (Lift lift :
                training.lifts().subList(0, dice.between(3, training.lifts().size()))) {
            Exercise exercise = catalogue.exercise(lift.exerciseId());
            int index = exercises.size();
            ObjectNode planned = exercises
                    .addObject()
                    .put("index", index)
                    .put("title", exercise.title())
                    .put("notes", dice.chance(0.2) ? "RPE 8, \"clean\" reps" : "")
                    .put("exercise_template_id", exercise.id());
            if (paired && index < 2) {
                planned.put("superset_id", 0);
            } else {
                planned.putNull("superset_id");
            }
            planned.put("rest_seconds", dice.oneOf(List.of(0, 60, 90, 120, 180)));
            ArrayNode sets = planned.putArray("sets");
            for (int i = 0; i < lift.sets(); i++) {
                writeSet(sets.addObject().put("index", i), lift, exercise, dice, number < OLD);
            }
        }
        return routine;
    }

    private static void writeSet(ObjectNode set, Lift lift, Exercise exercise, Dice dice, boolean old) {
        boolean counted = exercise.type().contains("reps") || exercise.type().contains("bodyweight");
        boolean ranged = !old && counted && dice.chance(0.5);
        set.put("type", "normal").putNull("weight_kg").putNull("reps");
        set.putNull("distance_meters").putNull("duration_seconds").putNull("custom_metric");
        if (exercise.type().startsWith("weight")) {
            set.set("weight_kg", Json.number(lift.start()));
        }
        if (counted && !ranged) {
            set.put("reps", lift.most());
        } else if (exercise.type().equals("duration")) {
            set.put("duration_seconds", lift.most());
        }
        if (old) {
            return;
        }
        if (ranged) {
            set.putObject("rep_range").put("start", lift.least()).put("end", lift.most());
        } else {
            set.putNull("rep_range");
        }
        if (counted && dice.chance(0.3)) {
            set.put("rpe", 8);
        } else {
            set.putNull("rpe");
        }
    }
}
