package io.github.hevypipeline.demo;

import java.time.LocalDate;
import java.util.List;

/** What the simulated lifter does on each kind of training day. Immutable data. */
@SuppressWarnings("ImmutableEnumChecker") // The lists come from List.of, which the checker cannot see.
enum Training {
    PUSH(
            List.of("Push Day 💪", "Push Day", "Evening Push", "Brust & Trizeps — Übung"),
            Lift.heavy("79D0BB3A", 60, 105, 2.5, 4, 4, 8),
            Lift.of("07B38369", 20, 36, 2, 3, 8, 12),
            Lift.heavy("7B8D84E8", 35, 62.5, 2.5, 3, 5, 8),
            Lift.of("29C1D5E0", 0, 25, 2.5, 3, 6, 10),
            Lift.of("422B08F1", 8, 14, 1, 3, 12, 18),
            Lift.of("93A552C6", 20, 40, 2.5, 3, 10, 15),
            Lift.of("392887AA", 0, 0, 1, 2, 15, 35)),
    PULL(
            List.of("Pull Day 🔥", "Pull Day", "Back & biceps", "背中の日"),
            Lift.heavy("C6272009", 90, 180, 5, 3, 3, 6),
            Lift.of("729237D1", 0, 20, 2.5, 4, 5, 10),
            Lift.heavy("55E6546F", 50, 85, 2.5, 3, 6, 10),
            Lift.of("2C37EC5E", 45, 10, 2.5, 2, 8, 12),
            Lift.of("6A6C31A5", 45, 75, 2.5, 3, 8, 12),
            Lift.of("BE640BA0", 15, 30, 2.5, 3, 12, 18),
            Lift.of("3BC06AD3", 20, 32.5, 2.5, 3, 7, 7)),
    LEGS(
            List.of("Leg Day 🦵", "Legs", "Leg day \"again\"", "Legs, calves & core"),
            Lift.heavy("D04AC939", 80, 150, 2.5, 4, 4, 8),
            Lift.heavy("2B4B7310", 60, 115, 2.5, 3, 6, 10),
            Lift.of("C7973E0E", 120, 240, 10, 3, 8, 12),
            Lift.of("11A123F3", 35, 60, 2.5, 3, 10, 14),
            Lift.of("06745E58", 50, 95, 5, 4, 10, 15),
            Lift.of("C6C9B8A0", 0, 0, 1, 3, 40, 110),
            Lift.of("0b6d1c3e-2f4a-4c58-8e90-a1b2c3d4e5f6", 10, 25, 2.5, 2, 30, 60)),
    CARDIO(
            List.of("Cardio 🏃‍♀️", "Conditioning", "Кардио и баланс", "Easy day; legs, lungs"),
            Lift.of("243710DE", 2000, 5200, 10, 1, 300, 390),
            Lift.of("4377A52B", 30, 75, 1, 1, 480, 900),
            Lift.of("6B1D0E5F", 400, 900, 1, 1, 300, 600),
            Lift.of("50C613D0", 40, 84, 4, 3, 30, 50),
            Lift.of("0222DB42", 1000, 2000, 250, 2, 115, 135),
            Lift.of("F8356514", 0, 0, 1, 3, 8, 15),
            Lift.of("5A7E3C42", 40, 15, 2.5, 2, 8, 12));

    private final List<String> titles;
    private final List<Lift> lifts;

    Training(List<String> titles, Lift... lifts) {
        this.titles = titles;
        this.lifts = List.of(lifts);
    }

    /** All kinds in the order of a week. */
    static List<Training> ofAWeek() {
        return List.of(PUSH, PULL, LEGS, CARDIO);
    }

    List<String> titles() {
        return titles;
    }

    List<Lift> lifts() {
        return lifts;
    }

    /**
     * One exercise of a plan, and how it gets harder over the years.
     *
     * @param start kilograms on the first day; metres, floors or steps for cardio; of assistance, so falling, for
     *     assisted exercises
     * @param goal the value that {@code start} approaches
     * @param step the smallest increment of the gym
     * @param least repetitions of a set; seconds for exercises held or machines; metres for carries; seconds a
     *     kilometre for distances
     * @param most as {@code least}
     * @param warmsUp whether lighter sets come before
     */
    record Lift(
            String exerciseId, double start, double goal, double step, int sets, int least, int most, boolean warmsUp) {
        private static final LocalDate FIRST_DAY = LocalDate.of(2024, 1, 1);
        private static final double TIME_CONSTANT_DAYS = 420;

        static Lift of(String exerciseId, double start, double goal, double step, int sets, int least, int most) {
            return new Lift(exerciseId, start, goal, step, sets, least, most, false);
        }

        static Lift heavy(String exerciseId, double start, double goal, double step, int sets, int least, int most) {
            return new Lift(exerciseId, start, goal, step, sets, least, most, true);
        }

        /** The weight on this day in whole steps: fast progress first, then slow, with good and bad weeks. */
        double amountOn(LocalDate day, double effort) {
            double days = Math.max(0, day.toEpochDay() - FIRST_DAY.toEpochDay());
            double progress = 1 - Math.exp(-days / TIME_CONSTANT_DAYS);
            double form = 1 + 0.02 * Math.sin(days / 9);
            return inSteps((start + (goal - start) * progress) * form * effort);
        }

        double inSteps(double amount) {
            return Math.rint(amount / step) * step;
        }
    }
}
