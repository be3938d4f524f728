package io.github.hevypipeline.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.ExerciseCatalogue.Exercise;
import io.github.hevypipeline.demo.Training.Lift;
import java.util.List;

/** Writes down a session as the app would: exercises, sets, notes. Immutable, and so thread-safe. */
final class WorkoutLog {
    /** As Hevy converts: 100 lb are 45.35929094356398 kg. */
    private static final double KILOGRAMS_PER_POUND = 45.35929094356398 / 100;

    private static final List<String> DESCRIPTIONS = List.of(
            "",
            "",
            "",
            "",
            "Felt strong today",
            "Line one\nline two, with a comma",
            "She said \"one more\" and I did",
            "tab\there; semicolon; back\\slash",
            "Gym closed early :(\r\nMoved to home");
    private static final List<String> NOTES = List.of(
            "",
            "",
            "",
            "",
            "",
            "Keep elbows in",
            "Slow negatives, 3s",
            "Grip: \"hook\"\nbelt from 100kg",
            "Næste gang: +2,5 kg",
            "😅 tough",
            "腰に注意");
    private static final List<Double> EFFORTS = List.of(6.0, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5, 10.0);

    private final ExerciseCatalogue catalogue;
    private final RoutineBook routines;

    WorkoutLog(ExerciseCatalogue catalogue, RoutineBook routines) {
        this.catalogue = catalogue;
        this.routines = routines;
    }

    ObjectNode write(Session session) {
        Dice dice = session.dice();
        ObjectNode workout = Json.object()
                .put("id", session.id())
                .put("title", dice.oneOf(session.training().titles()))
                .put("routine_id", dice.chance(0.6) ? routines.idFor(session.training(), dice) : null)
                .put("description", dice.oneOf(DESCRIPTIONS))
                .put("start_time", Json.seconds(session.start()))
                .put("end_time", Json.seconds(session.end()))
                .put("updated_at", Json.milliseconds(session.updatedAt()))
                .put("created_at", Json.milliseconds(session.createdAt()));
        ArrayNode exercises = workout.putArray("exercises");
        if (!session.isEmpty()) {
            writeExercises(session, dice, exercises);
        }
        return workout;
    }

    private void writeExercises(Session session, Dice dice, ArrayNode exercises) {
        List<Lift> lifts = session.training().lifts();
        int firstOfPair = dice.chance(0.4) ? lifts.size() - 2 : lifts.size();
        boolean secondPair = dice.chance(0.3);
        for (int i = 0; i < lifts.size(); i++) {
            // The last two of a plan are what a tired lifter leaves out.
            if (i >= lifts.size() - 2 && i < firstOfPair && dice.chance(0.35)) {
                continue;
            }
            Lift lift = lifts.get(i);
            Exercise exercise = catalogue.exercise(lift.exerciseId());
            ObjectNode logged = exercises
                    .addObject()
                    .put("index", exercises.size() - 1)
                    .put("title", exercise.title())
                    .put("notes", dice.oneOf(NOTES))
                    .put("exercise_template_id", exercise.id());
            if (i >= firstOfPair) {
                logged.put("superset_id", 0);
            } else if (secondPair && (i == 1 || i == 2)) {
                logged.put("superset_id", 1);
            } else {
                logged.putNull("superset_id");
            }
            ArrayNode sets = logged.putArray("sets");
            if (!session.endsUnfinished() || i < lifts.size() - 1) {
                writeSets(session, dice, lift, exercise, sets);
            }
        }
    }

    private static void writeSets(Session session, Dice dice, Lift lift, Exercise exercise, ArrayNode sets) {
        double amount = lift.amountOn(session.day(), session.isDeload() ? 0.82 : 1);
        if (lift.warmsUp()) {
            writeSet(session, lift, exercise, sets.addObject(), "warmup", lift.inSteps(amount * 0.45), lift.most());
            writeSet(session, lift, exercise, sets.addObject(), "warmup", lift.inSteps(amount * 0.7), lift.least());
        }
        int working = session.isDeload() ? Math.max(1, lift.sets() - 1) : lift.sets();
        boolean rated = dice.chance(0.6);
        for (int i = 0; i < working; i++) {
            boolean last = i == working - 1;
            boolean failed = last && working > 1 && !session.isDeload() && dice.chance(0.12);
            ObjectNode set = sets.addObject();
            int count = Math.max(lift.least(), dice.between(lift.least(), lift.most()) - i);
            writeSet(session, lift, exercise, set, failed ? "failure" : "normal", amount, count);
            if (rated && !set.get("reps").isNull()) {
                set.set("rpe", Json.number(failed ? 10 : EFFORTS.get(Math.min(6, dice.between(0, 3) + i))));
            }
        }
        if (!lift.warmsUp() && lift.sets() > 2 && dice.chance(0.15)) {
            writeSet(session, lift, exercise, sets.addObject(), "dropset", lift.inSteps(amount * 0.7), lift.most());
        }
        for (int i = 0; i < sets.size(); i++) {
            ((ObjectNode) sets.get(i)).put("index", i);
        }
    }

    /** Fills what this type of exercise measures; every other metric is there and null. */
    private static void writeSet(
            Session session, Lift lift, Exercise exercise, ObjectNode set, String type, double amount, int count) {
        set.put("index", 0).put("type", type).putNull("weight_kg").putNull("reps");
        set.putNull("distance_meters")
                .putNull("duration_seconds")
                .putNull("rpe")
                .putNull("custom_metric");
        double kilograms = session.isInPounds() ? inPounds(amount) : amount;
        switch (exercise.type()) {
            case "weight_reps", "bodyweight_assisted" -> {
                set.set("weight_kg", Json.number(kilograms));
                set.put("reps", count);
            }
            case "bodyweight_weighted" -> {
                if (amount > 0) {
                    set.set("weight_kg", Json.number(kilograms));
                }
                set.put("reps", count);
            }
            case "reps_only" -> set.put("reps", count);
            case "duration" -> set.put("duration_seconds", count);
            case "weight_duration" -> {
                set.set("weight_kg", Json.number(kilograms));
                set.put("duration_seconds", count);
            }
            case "distance_duration" -> {
                // Some machines count half metres.
                double metres = amount + (count % 5 == 0 ? 0.5 : 0);
                set.set("distance_meters", Json.number(metres));
                set.put("duration_seconds", Math.round(amount / 1000 * count * paces(lift)));
            }
            case "short_distance_weight" -> {
                set.set("weight_kg", Json.number(kilograms));
                set.put("distance_meters", count);
            }
            case "floors_duration", "steps_duration" -> {
                set.set("custom_metric", Json.number(amount));
                set.put("duration_seconds", count);
            }
            default -> throw new IllegalStateException("No such type of exercise: " + exercise.type());
        }
    }

    /** Rowers give their pace by 500 m. */
    private static int paces(Lift lift) {
        return lift.most() < 200 ? 2 : 1;
    }

    private static double inPounds(double kilograms) {
        return Math.rint(kilograms / KILOGRAMS_PER_POUND / 5) * 5 * KILOGRAMS_PER_POUND;
    }
}
