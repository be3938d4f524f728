package io.github.hevypipeline.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Writes workouts of the API as the app exports them: in English, in kilograms and kilometres.
 *
 * <p>Lost are the ids, routines, seconds of start and end, times of creation and change, templates, custom metrics, and an
 * exercise without sets.
 */
public final class AccountExport {
    private static final String HEADER =
            "\"title\",\"start_time\",\"end_time\",\"description\",\"exercise_title\",\"superset_id\",\"exercise_notes\","
                    + "\"set_index\",\"set_type\",\"weight_kg\",\"reps\",\"distance_km\",\"duration_seconds\",\"rpe\"\n";
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);

    private AccountExport() {}

    /** Writes a file whose times are local to a zone. */
    public static Path write(Path file, Stream<ObjectNode> workouts, ZoneId zone) throws IOException {
        List<ObjectNode> newestFirst = workouts.sorted(Comparator.comparing((ObjectNode workout) -> start(workout))
                        .reversed())
                .toList();
        StringBuilder csv = new StringBuilder(HEADER);
        for (JsonNode workout : newestFirst) {
            for (JsonNode exercise : workout.path("exercises")) {
                for (JsonNode set : exercise.path("sets")) {
                    csv.append(String.join(
                                    ",",
                                    quoted(workout.path("title")),
                                    date(workout.path("start_time"), zone),
                                    date(workout.path("end_time"), zone),
                                    quoted(workout.path("description")),
                                    quoted(exercise.path("title")),
                                    exercise.path("superset_id").asText("").replace("null", ""),
                                    quoted(exercise.path("notes")),
                                    set.path("index").asText(),
                                    quoted(set.path("type")),
                                    number(set.path("weight_kg"), 0),
                                    number(set.path("reps"), 0),
                                    number(set.path("distance_meters"), 3),
                                    number(set.path("duration_seconds"), 0),
                                    number(set.path("rpe"), 0)))
                            .append('\n');
                }
            }
        }
        return Files.writeString(file, csv);
    }

    private static OffsetDateTime start(JsonNode workout) {
        return OffsetDateTime.parse(workout.path("start_time").asText());
    }

    private static String date(JsonNode time, ZoneId zone) {
        return '"' + MINUTES.format(OffsetDateTime.parse(time.asText()).atZoneSameInstant(zone)) + '"';
    }

    private static String quoted(JsonNode text) {
        return '"' + text.asText("").replace("\"", "\"\"") + '"';
    }

    private static String number(JsonNode number, int scale) {
        return number.isNumber()
                ? new BigDecimal(number.asText())
                        .movePointLeft(scale)
                        .stripTrailingZeros()
                        .toPlainString()
                : "";
    }
}
