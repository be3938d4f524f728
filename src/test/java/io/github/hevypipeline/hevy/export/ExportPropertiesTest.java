package io.github.hevypipeline.hevy.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;

/** Any account that is written as an export, in any language, unit and line ending, is read as the API has it. */
class ExportPropertiesTest {
    private static final LocalDateTime FIRST_MINUTE = LocalDateTime.of(2019, 1, 1, 0, 0);
    private static final DateTimeFormatter API =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'+00:00'", Locale.ROOT);

    private record Form(String language, TextStyle style, boolean pounds, boolean miles, String lineEnd, String zone) {}

    private record OneSet(
            int gap, String type, Integer weight, Integer reps, Integer metres, Integer seconds, Integer rpe) {}

    private record Exercise(String title, String notes, Integer superset, List<OneSet> sets) {}

    private record Workout(int minute, int minutes, String title, String description, List<Exercise> exercises) {}

    @Property(tries = 150, shrinking = ShrinkingMode.BOUNDED, edgeCases = EdgeCasesMode.NONE)
    void an_account_written_as_an_export_is_the_account_of_the_api(
            @ForAll("accounts") List<Workout> account, @ForAll("forms") Form form) throws IOException {
        List<Workout> workouts = newestFirst(account);
        ZoneId zone = ZoneId.of(form.zone);
        Path file = Files.createTempFile("export", ".csv");
        try {
            Files.write(file, csv(workouts, form).getBytes(StandardCharsets.UTF_8));

            WorkoutExport export =
                    WorkoutExport.read(file, new ExportOptions(zone, form.language), ExportedFile.LIBRARY);
            List<JsonNode> found = ExportedFile.items(export.pages(), "workouts");

            assertThat(withoutIds(found)).containsExactlyElementsOf(api(workouts, form, zone));
            assertThat(new TreeSet<>(found.stream()
                            .map(one -> one.path("id").textValue())
                            .toList()))
                    .hasSize(workouts.size());
            requireSameOrTwoReadings(file, zone, found);
        } finally {
            Files.delete(file);
        }
    }

    /** Lost in an export: ids, routines, times of creation and change, custom metrics. Templates are found by their titles. */
    private static final String EVERY_SET = """
            select w.title, w.description, w.start_time, w.end_time,
                   e."index", e.title, e.notes, e.superset_id,
                   s."index", s."type", cast(s.weight_kg as double), s.reps, cast(s.distance_meters as double),
                   s.duration_seconds, cast(s.rpe as double)
            from {workouts} as w
            join {workouts__exercises} as e on e._dlt_parent_id = w._dlt_id
            join {workouts__exercises__sets} as s on s._dlt_parent_id = e._dlt_id
            order by all""";

    @Tag("slow")
    @Property(tries = 3, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
    void an_account_loaded_from_an_export_is_the_account_loaded_from_the_api(
            @ForAll("accounts") List<Workout> account, @ForAll("forms") Form form) throws IOException {
        List<Workout> workouts = newestFirst(account);
        List<ObjectNode> ofApi = new ArrayList<>();
        api(workouts, form, ZoneId.of(form.zone)).forEach(workout -> ofApi.add(withIds(workout.deepCopy())));
        Path folder = Files.createTempDirectory("lives");
        Path file =
                Files.write(folder.resolve("workouts.csv"), csv(workouts, form).getBytes(StandardCharsets.UTF_8));
        try (Installation api = new Installation(
                        Files.createDirectory(folder.resolve("api")),
                        Account.of(Map.of(Listing.WORKOUTS, ofApi), ExportedFile.USER));
                Installation export = new Installation(
                        Files.createDirectory(folder.resolve("export")),
                        Account.of(Map.of(Listing.WORKOUTS, List.of()), ExportedFile.USER))) {
            export.with("HEVY_API_KEY", "")
                    .with("HEVY_EXPORT", file.toString())
                    .with("HEVY_EXPORT_LANGUAGE", form.language)
                    .with("PIPELINE_TIMEZONE", form.zone);

            assertThat(api.run("extract")).isEqualTo(ExitCode.DONE);
            assertThat(export.run("extract")).isEqualTo(ExitCode.DONE);

            assertThat(export.lake().query(EVERY_SET)).isEqualTo(api.lake().query(EVERY_SET));
        }
    }

    private static ObjectNode withIds(ObjectNode workout) {
        workout.put("id", UUID.randomUUID().toString());
        workout.set("created_at", workout.get("start_time"));
        workout.set("updated_at", workout.get("start_time"));
        return workout;
    }

    /** With the language left to be found, nothing else is ever read. */
    private static void requireSameOrTwoReadings(Path file, ZoneId zone, List<JsonNode> expected) {
        try {
            WorkoutExport export = WorkoutExport.read(file, new ExportOptions(zone, ""), ExportedFile.LIBRARY);

            assertThat(ExportedFile.items(export.pages(), "workouts")).isEqualTo(expected);
        } catch (ConfigError twoReadings) {
            assertThat(twoReadings).hasMessageContaining("both read every date of the file");
        }
    }

    /** What an export cannot carry: workout ids, routines, times of creation and change, templates, custom metrics. */
    private static List<JsonNode> withoutIds(List<JsonNode> found) {
        List<JsonNode> bare = new ArrayList<>();
        for (JsonNode one : found) {
            ObjectNode copy = one.deepCopy();
            copy.remove("id");
            copy.path("exercises").forEach(exercise -> ((ObjectNode) exercise).remove("exercise_template_id"));
            bare.add(copy);
        }
        return bare;
    }

    private static List<Workout> newestFirst(List<Workout> account) {
        TreeSet<Integer> minutes = new TreeSet<>();
        return account.stream()
                .sorted((a, b) -> Integer.compare(b.minute, a.minute))
                .filter(workout -> minutes.add(workout.minute))
                .toList();
    }

    private static LocalDateTime start(Workout workout) {
        // In the middle of the day, where no clock is changed.
        return FIRST_MINUTE.plusDays(workout.minute / 480).withHour(9).plusMinutes(workout.minute % 480);
    }

    private static String date(LocalDateTime time, Form form) {
        Locale locale = Locale.forLanguageTag(form.language);
        return time.getDayOfMonth() + " " + time.getMonth().getDisplayName(form.style, locale) + " " + time.getYear()
                + String.format(Locale.ROOT, ", %02d:%02d", time.getHour(), time.getMinute());
    }

    private static String csv(List<Workout> workouts, Form form) {
        StringBuilder csv = new StringBuilder(ExportedFile.HEADER
                .replace("weight_kg", form.pounds ? "weight_lbs" : "weight_kg")
                .replace("distance_km", form.miles ? "distance_miles" : "distance_km")
                .replace("\n", form.lineEnd));
        for (Workout workout : workouts) {
            for (Exercise exercise : workout.exercises) {
                int index = -1;
                for (OneSet set : exercise.sets) {
                    index += set.gap;
                    csv.append(String.join(
                                    ",",
                                    quoted(workout.title),
                                    quoted(date(start(workout), form)),
                                    quoted(date(start(workout).plusMinutes(workout.minutes), form)),
                                    quoted(workout.description),
                                    quoted(exercise.title),
                                    cell(exercise.superset),
                                    quoted(exercise.notes),
                                    cell(index),
                                    quoted(set.type),
                                    hundredths(set.weight),
                                    cell(set.reps),
                                    hundredths(set.metres),
                                    cell(set.seconds),
                                    halves(set.rpe)))
                            .append(form.lineEnd);
                }
            }
        }
        return csv.toString();
    }

    private static List<JsonNode> api(List<Workout> workouts, Form form, ZoneId zone) {
        List<JsonNode> api = new ArrayList<>();
        for (Workout workout : workouts) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("title", workout.title);
            node.put("description", workout.description);
            node.put("start_time", utc(start(workout), zone));
            node.put("end_time", utc(start(workout).plusMinutes(workout.minutes), zone));
            ArrayNode exercises = node.putArray("exercises");
            for (Exercise exercise : workout.exercises) {
                ObjectNode one = exercises.addObject();
                one.put("index", exercises.size() - 1);
                one.put("title", exercise.title);
                one.put("notes", exercise.notes);
                one.put("superset_id", exercise.superset);
                ArrayNode sets = one.putArray("sets");
                int index = -1;
                for (OneSet set : exercise.sets) {
                    index += set.gap;
                    ObjectNode row = sets.addObject();
                    row.put("index", index);
                    row.put("type", set.type);
                    put(row, "weight_kg", hundredths(set.weight), form.pounds ? "0.45359237" : "1");
                    put(row, "reps", cell(set.reps), "1");
                    put(row, "distance_meters", hundredths(set.metres), form.miles ? "1609.344" : "1000");
                    put(row, "duration_seconds", cell(set.seconds), "1");
                    put(row, "rpe", halves(set.rpe), "1");
                    row.putNull("custom_metric");
                }
            }
            api.add(node);
        }
        return api;
    }

    private static void put(ObjectNode row, String name, String cell, String factor) {
        if (cell.isEmpty()) {
            row.putNull(name);
            return;
        }
        BigDecimal exact = new BigDecimal(cell).multiply(new BigDecimal(factor));
        if (exact.stripTrailingZeros().scale() <= 0) {
            row.put(name, exact.longValueExact());
        } else {
            row.put(name, exact.doubleValue());
        }
    }

    private static String utc(LocalDateTime time, ZoneId zone) {
        return API.format(time.atZone(zone).withZoneSameInstant(ZoneOffset.UTC));
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\"\"") + "\"";
    }

    private static String cell(Integer value) {
        return value == null ? "" : value.toString();
    }

    private static String hundredths(Integer value) {
        return value == null
                ? ""
                : BigDecimal.valueOf(value, 2).stripTrailingZeros().toPlainString();
    }

    private static String halves(Integer value) {
        return value == null
                ? ""
                : BigDecimal.valueOf(value * 5L, 1).stripTrailingZeros().toPlainString();
    }

    @Provide
    Arbitrary<Form> forms() {
        return Combinators.combine(
                        Arbitraries.of("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"),
                        Arbitraries.of(
                                TextStyle.FULL, TextStyle.FULL_STANDALONE, TextStyle.SHORT, TextStyle.SHORT_STANDALONE),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false),
                        Arbitraries.of("\n", "\r\n"),
                        Arbitraries.of("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu"))
                .as(Form::new);
    }

    @Provide
    Arbitrary<List<Workout>> accounts() {
        Arbitrary<String> text = Arbitraries.strings()
                .withChars(' ', '"', '\'', ',', ';', '\\', '=', '<', 'ä', 'あ', '\n', 'a', 'Z', '0')
                .ofMaxLength(12);
        Arbitrary<OneSet> sets = Combinators.combine(
                        Arbitraries.integers().between(1, 2),
                        Arbitraries.of("normal", "warmup", "failure", "dropset"),
                        Arbitraries.integers().between(0, 50_000).injectNull(0.3),
                        Arbitraries.integers().between(0, 100).injectNull(0.3),
                        Arbitraries.integers().between(0, 5_000).injectNull(0.7),
                        Arbitraries.integers().between(0, 7_200).injectNull(0.7),
                        Arbitraries.integers().between(12, 20).injectNull(0.5))
                .as(OneSet::new);
        Arbitrary<Exercise> exercises = Combinators.combine(
                        Arbitraries.of("Squat (Barbell)", "Zercher carry", "Plank", "=cmd()", "Rosca \"Direta\""),
                        text,
                        Arbitraries.integers().between(0, 3).injectNull(0.6),
                        sets.list().ofMinSize(1).ofMaxSize(4))
                .as(Exercise::new);
        // The same exercise again is told apart by its set index alone, so one that goes on rising is none of its own.
        Arbitrary<List<Exercise>> lists = exercises
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(list -> {
                    List<Exercise> apart = new ArrayList<>();
                    for (Exercise exercise : list) {
                        if (apart.isEmpty()
                                || !apart.get(apart.size() - 1).title.equals(exercise.title)) {
                            apart.add(exercise);
                        }
                    }
                    return apart;
                });
        return Combinators.combine(
                        Arbitraries.integers().between(0, 1_000_000),
                        Arbitraries.integers().between(0, 180),
                        text,
                        text,
                        lists)
                .as(Workout::new)
                .list()
                .ofMaxSize(25);
    }
}
