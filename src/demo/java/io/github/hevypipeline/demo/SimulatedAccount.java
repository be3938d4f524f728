package io.github.hevypipeline.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Makes up the account of a person who trains three or four times a week, gets stronger and takes holidays.
 *
 * <p>Repeatable: a seed and a day always give the same workout, whichever other days are asked for, so that tomorrow's
 * account is today's and perhaps one workout more. Every type of exercise and set occurs, and every oddity of a real
 * account that a client must bear. Workouts are written when they are first read.
 */
public final class SimulatedAccount {
    private static final long DEMO_SEED = 42;
    private static final LocalDate DEMO_SINCE = LocalDate.of(2024, 1, 1);
    /** About what one lifter logs in ten years; a larger account has several workouts a day. */
    private static final int A_LIFE = 1_500;

    private static final int CROWDED_DAYS = 3_650;

    private final long seed;
    private final ExerciseCatalogue catalogue = new ExerciseCatalogue();
    private final RoutineBook routines;
    private final WorkoutLog log;

    private SimulatedAccount(long seed) {
        this.seed = seed;
        this.routines = new RoutineBook(seed, catalogue);
        this.log = new WorkoutLog(catalogue, routines);
    }

    /** The person of the demo, who has trained since January 2024: all that is logged by now. */
    public static Account demo(InstantSource clock) {
        Instant now = clock.instant();
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        return new SimulatedAccount(DEMO_SEED)
                .account(DEMO_SINCE, today, session -> !session.updatedAt().isAfter(now), clock);
    }

    /** The account with the workouts of these days, the last one included. */
    public static Account between(long seed, LocalDate from, LocalDate to) {
        return between(seed, from, to, InstantSource.system());
    }

    /** As {@link #between(long, LocalDate, LocalDate)}; {@code clock} says when later changes happen. */
    public static Account between(long seed, LocalDate from, LocalDate to, InstantSource clock) {
        return new SimulatedAccount(seed).account(from, to, session -> true, clock);
    }

    /** The account with exactly this many workouts, the newest on {@code last} or soon before. */
    public static Account withWorkouts(long seed, int workouts, LocalDate last) {
        return withWorkouts(seed, workouts, last, InstantSource.system());
    }

    /** As {@link #withWorkouts(long, int, LocalDate)}; {@code clock} says when later changes happen. */
    public static Account withWorkouts(long seed, int workouts, LocalDate last, InstantSource clock) {
        return new SimulatedAccount(seed).account(workouts, last, clock);
    }

    /** One more workout for any day, to be added to an account; a number from 1 to 15 tells those of one day apart. */
    public static ObjectNode workout(long seed, LocalDate day, int number) {
        return new SimulatedAccount(seed).log.write(Session.crowded(seed, day, number, 16));
    }

    private Account account(LocalDate from, LocalDate to, Predicate<Session> logged, InstantSource clock) {
        List<Session> sessions = from.datesUntil(to.plusDays(1))
                .map(day -> Session.on(seed, day))
                .flatMap(Optional::stream)
                .filter(logged)
                .toList();
        return account(sessions, from, to, clock);
    }

    private Account account(int workouts, LocalDate last, InstantSource clock) {
        List<Session> sessions = new ArrayList<>(workouts);
        int perDay = (workouts + CROWDED_DAYS - 1) / CROWDED_DAYS;
        LocalDate day = last;
        for (; sessions.size() < workouts; day = day.minusDays(1)) {
            if (workouts <= A_LIFE) {
                Session.on(seed, day).ifPresent(sessions::add);
            } else {
                for (int i = perDay - 1; i >= 0 && sessions.size() < workouts; i--) {
                    sessions.add(Session.crowded(seed, day, i, perDay));
                }
            }
        }
        return account(sessions, day.plusDays(1), last, clock);
    }

    private Account account(List<Session> sessions, LocalDate from, LocalDate to, InstantSource clock) {
        List<Item> workouts = sessions.stream()
                .map(session ->
                        Item.generated(session.id(), session.start(), session.updatedAt(), () -> log.write(session)))
                .toList();
        return Account.ofItems(
                Map.of(
                        Listing.WORKOUTS, workouts,
                        Listing.EXERCISE_TEMPLATES, items(catalogue.templates()),
                        Listing.ROUTINES, items(routines.routines()),
                        Listing.ROUTINE_FOLDERS, items(routines.folders()),
                        Listing.BODY_MEASUREMENTS, items(measurements(from, to))),
                user(),
                clock);
    }

    /** Taken on every second Monday or so, newest first, each with only what was measured. */
    private List<ObjectNode> measurements(LocalDate from, LocalDate to) {
        List<ObjectNode> measurements = new ArrayList<>();
        LocalDate monday = to.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
        for (; !monday.isBefore(from); monday = monday.minusWeeks(1)) {
            Dice dice = Dice.of(seed, "measurement", monday.toEpochDay());
            if (dice.chance(0.5)) {
                measurements.add(measurement(monday, dice));
            }
        }
        return measurements;
    }

    private static ObjectNode measurement(LocalDate monday, Dice dice) {
        double season = Math.sin(monday.toEpochDay() / 58.0);
        ObjectNode measurement =
                Json.object().put("id", 30_000_000 + monday.toEpochDay() * 100).put("date", monday.toString());
        measurement.set("weight_kg", Json.number(tenths(82 + 2.5 * season + dice.fraction())));
        if (dice.chance(0.5)) {
            measurement.set("fat_percent", Json.number(tenths(16.5 + 1.5 * season + dice.fraction())));
        }
        if (dice.chance(0.3)) {
            measurement.set("waist", Json.number(tenths(84 + 2 * season + dice.fraction())));
            measurement.set("left_bicep_cm", Json.number(tenths(36 + dice.fraction())));
            measurement.set("right_bicep_cm", Json.number(tenths(36.3 + dice.fraction())));
        }
        Instant morning = monday.atTime(10, 30).toInstant(ZoneOffset.UTC);
        return measurement.put(
                "created_at", Json.milliseconds(morning.plus(Duration.ofMillis(dice.between(0, 5_400_000)))));
    }

    private ObjectNode user() {
        return Json.object()
                .put("id", Dice.of(seed, "user").uuid())
                .put("name", "sample")
                .put("url", "https://hevy.com/user/sample");
    }

    private static double tenths(double value) {
        return Math.rint(value * 10) / 10;
    }

    private static List<Item> items(List<ObjectNode> objects) {
        return objects.stream().map(Item::of).toList();
    }
}
