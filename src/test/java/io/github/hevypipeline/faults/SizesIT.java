package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.routes.Sql;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A heap of 256 MB is enough for one huge workout and for a hundred thousand ordinary ones. */
class SizesIT {
    private static final int SETS = 20;

    @TempDir
    private Path root;

    @Tag("slow")
    @Test
    @Timeout(600)
    @Fault(20)
    void a_workout_of_ten_thousand_sets_and_a_title_of_a_megabyte_are_loaded_and_shown() throws Exception {
        Account account = JarInstallation.account(12);
        String title = "x".repeat(1 << 20);
        account.add(SimulatedAccount.workout(5, LocalDate.of(2025, 3, 2), 1).put("title", title));
        ObjectNode huge =
                SimulatedAccount.workout(5, LocalDate.of(2025, 3, 3), 2).put("title", "huge");
        ArrayNode sets = (ArrayNode) huge.path("exercises").get(0).path("sets");
        ObjectNode set = ((ObjectNode) sets.get(0)).put("weight_kg", 20.5).put("reps", 5);
        sets.removeAll();
        for (int i = 0; i < 10_000; i++) {
            sets.add(set.deepCopy().put("index", i));
        }
        account.add(huge);
        try (JarInstallation installation = new JarInstallation(root, account)) {
            Ended ended = installation.jar().run();

            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(installation.lake().faults()).isEmpty();
            assertThat(Sql.query(
                            installation.warehouse(),
                            "select count(distinct set_id) >= 10000, max(set_number) from main_marts.daily_exercises"
                                    + " where workout_title = 'huge'"))
                    .containsExactly(List.of("true", "10000"));
            assertThat(Sql.value(
                            installation.warehouse(),
                            "select max(length(workout_title)) from main_marts.daily_exercises"))
                    .isEqualTo(Integer.toString(title.length()));
        }
    }

    @Test
    @Tag("slow")
    @Timeout(1200)
    @Fault(20)
    void a_hundred_thousand_workouts_are_loaded_with_a_heap_of_256_megabytes() throws Exception {
        Account account = SimulatedAccount.withWorkouts(7, 100_000, LocalDate.of(2025, 3, 1));
        long sets = account.items(Listing.WORKOUTS)
                .mapToLong(workout -> {
                    long count = 0;
                    for (var exercise : workout.path("exercises")) {
                        count += exercise.path("sets").size();
                    }
                    return count;
                })
                .sum();
        try (JarInstallation installation = new JarInstallation(root, account)) {
            Path usage = root.resolve("usage");
            JarProcess jar = installation.jar().within(Duration.ofSeconds(1100));
            if (Files.isExecutable(Path.of("/usr/bin/time"))) {
                jar.under("/usr/bin/time", "-v", "-o", usage.toString());
            }
            long began = System.nanoTime();

            Ended ended = jar.run();

            long seconds = (System.nanoTime() - began) / 1_000_000_000;
            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(Sql.value(installation.warehouse(), "select count(*) from main_staging.stg_hevy__workouts"))
                    .isEqualTo("100000");
            assertThat(Sql.value(installation.warehouse(), "select count(*) from main_staging.stg_hevy__sets"))
                    .isEqualTo(Long.toString(sets));
            assertThat(installation.lake().faults()).isEmpty();
            String peak = Files.exists(usage)
                    ? Files.readString(usage)
                            .lines()
                            .filter(line -> line.contains("Maximum resident"))
                            .findFirst()
                            .orElse("")
                            .strip()
                    : "peak not measured";
            System.out.println("100000 workouts, " + sets + " sets: " + seconds + " s, " + peak);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {20_000, 50_000})
    @Tag("slow")
    @Timeout(1200)
    @Fault(20)
    void an_export_of_fifty_megabytes_and_one_of_a_million_rows_are_loaded_with_a_heap_of_256_megabytes(int workouts)
            throws Exception {
        Path export = root.resolve("workouts.csv");
        writeExport(export, workouts);
        assertThat(Files.size(export)).isGreaterThan(50_000_000);
        try (JarInstallation installation = new JarInstallation(root, Account.empty())) {
            long began = System.nanoTime();

            Ended ended = installation
                    .jar()
                    .with(Map.of("HEVY_API_KEY", "", "HEVY_EXPORT", export.toString()))
                    .within(Duration.ofSeconds(1100))
                    .run();

            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(Sql.query(
                            installation.warehouse(),
                            "select count(*), count(distinct workout_id) from main_marts.daily_exercises"))
                    .containsExactly(List.of(Integer.toString(workouts * SETS), Integer.toString(workouts)));
            System.out.println(workouts * SETS + " rows, " + Files.size(export) / 1_000_000 + " MB: "
                    + (System.nanoTime() - began) / 1_000_000_000 + " s");
        }
    }

    private static void writeExport(Path file, int workouts) throws IOException {
        DateTimeFormatter minutes = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);
        LocalDateTime newest = LocalDateTime.of(2026, 5, 1, 23, 0);
        try (BufferedWriter csv = Files.newBufferedWriter(file)) {
            csv.write(
                    "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,"
                            + "weight_kg,reps,distance_km,duration_seconds,rpe\n");
            for (int workout = 0; workout < workouts; workout++) {
                LocalDateTime start = newest.minusHours(workout);
                String times = '"' + minutes.format(start) + "\",\"" + minutes.format(start.plusMinutes(50)) + '"';
                for (int set = 0; set < SETS; set++) {
                    csv.write(
                            "\"Upper body, the long one\"," + times + ",\"felt good today\",\"Bench Press (Barbell)\",,"
                                    + "\"slow and steady\"," + set + ",\"normal\"," + (40 + set) + ".5,8,,,8.5\n");
                }
            }
        }
    }
}
