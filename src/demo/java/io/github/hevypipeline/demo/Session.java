package io.github.hevypipeline.demo;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * A workout of the simulated lifter without its exercises. Immutable.
 *
 * @param number tells the workouts of one day apart, from 0
 */
record Session(
        long seed,
        LocalDate day,
        int number,
        Training training,
        String id,
        Instant start,
        Instant end,
        Instant createdAt,
        Instant updatedAt) {
    /** West of Greenwich, so that many evenings are the next day in UTC. */
    private static final ZoneId HOME = ZoneId.of("America/New_York");

    private static final LocalDate FIRST_MONDAY = LocalDate.of(2000, 1, 3);
    private static final LocalDate METRIC_SINCE = LocalDate.of(2026, 7, 1);
    private static final List<List<DayOfWeek>> WEEKS = List.of(
            List.of(DayOfWeek.MONDAY, DayOfWeek.TUESDAY, DayOfWeek.THURSDAY, DayOfWeek.SATURDAY),
            List.of(DayOfWeek.MONDAY, DayOfWeek.WEDNESDAY, DayOfWeek.FRIDAY, DayOfWeek.SUNDAY),
            List.of(DayOfWeek.TUESDAY, DayOfWeek.THURSDAY, DayOfWeek.SATURDAY));

    /** The evening workout of a day, or none on a day of rest, of illness or of a holiday. */
    static Optional<Session> on(long seed, LocalDate day) {
        long week = week(day);
        Dice weekly = Dice.of(seed, "week", week);
        boolean away = weekly.chance(0.05);
        int slot = weekly.oneOf(WEEKS).indexOf(day.getDayOfWeek());
        boolean skipped = Dice.of(seed, "skip", day.toEpochDay()).chance(0.05);
        if (slot < 0 || away || skipped) {
            return Optional.empty();
        }
        LocalTime about = LocalTime.of(18, 10);
        return Optional.of(at(seed, day, 0, Training.ofAWeek().get(slot), about));
    }

    /** One of several workouts of a day, for accounts larger than a life. */
    static Session crowded(long seed, LocalDate day, int number, int perDay) {
        List<Training> all = Training.ofAWeek();
        Training training = all.get(Math.floorMod(day.toEpochDay() + number, all.size()));
        LocalTime about = LocalTime.of(4, 0).plusMinutes(number * (16L * 60 / perDay));
        return at(seed, day, number, training, about);
    }

    private static Session at(long seed, LocalDate day, int number, Training training, LocalTime about) {
        Dice dice = Dice.of(seed, "session", day.toEpochDay(), number);
        String id = dice.uuid();
        Instant start =
                day.atTime(about).atZone(HOME).toInstant().plusSeconds(dice.between(0, number == 0 ? 95 * 60 : 59));
        Instant end = start.plusSeconds(dice.between(38 * 60, 95 * 60));
        Instant created = end.plusMillis(dice.between(900, 90_000));
        Instant updated =
                dice.chance(0.12) ? created.plus(Duration.ofMillis(dice.between(60_000, 20 * 3_600_000))) : created;
        return new Session(
                seed, day, number, training, id, start, end, created.truncatedTo(ChronoUnit.MILLIS), updated);
    }

    /** The dice of its exercises. */
    Dice dice() {
        return Dice.of(seed, "sets", day.toEpochDay(), number);
    }

    /** Every sixth week is light. */
    boolean isDeload() {
        return week(day) % 6 == 5;
    }

    /** Started by mistake and saved: no exercise. */
    boolean isEmpty() {
        return training == Training.CARDIO && week(day) % 9 == 4;
    }

    /** The last exercise was added and not begun: no set. */
    boolean endsUnfinished() {
        return training == Training.PULL && week(day) % 13 == 7;
    }

    /** In a gym whose plates are in pounds, so that kilograms have many digits. The gyms of later years are metric. */
    boolean isInPounds() {
        return week(day) % 7 == 3 && day.isBefore(METRIC_SINCE);
    }

    private static long week(LocalDate day) {
        return Math.floorDiv(day.toEpochDay() - FIRST_MONDAY.toEpochDay(), 7L);
    }
}
