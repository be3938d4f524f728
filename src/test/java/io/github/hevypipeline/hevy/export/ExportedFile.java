package io.github.hevypipeline.hevy.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Export files for tests, and what the reader makes of them. */
final class ExportedFile {
    static final String HEADER =
            "\"title\",\"start_time\",\"end_time\",\"description\",\"exercise_title\",\"superset_id\",\"exercise_notes\","
                    + "\"set_index\",\"set_type\",\"weight_kg\",\"reps\",\"distance_km\",\"duration_seconds\",\"rpe\"\n";
    static final ExerciseLibrary LIBRARY = ExerciseLibrary.read(Path.of("transform", "seeds"));
    /** An account without a name. */
    static final ObjectNode USER =
            JsonNodeFactory.instance.objectNode().put("id", "u").put("name", "sample");

    static final ExportOptions UTC = new ExportOptions(ZoneOffset.UTC, "");

    private static final ObjectMapper JSON = new ObjectMapper();

    private ExportedFile() {}

    /** A row of one set of a squat in a workout at this time. */
    static String row(String start) {
        return row("Legs", start, "Squat (Barbell)", 0);
    }

    static String row(String title, String start, String exercise, int set) {
        return "\"" + title + "\",\"" + start + "\",\"" + start + "\",\"\",\"" + exercise + "\",,\"\"," + set
                + ",\"normal\",100,5,,,\n";
    }

    static Path write(Path folder, String content) {
        try {
            return Files.write(folder.resolve("workouts.csv"), content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static WorkoutExport read(Path file) {
        return WorkoutExport.read(file, UTC, LIBRARY);
    }

    /** All items of some pages. */
    static List<JsonNode> items(ExportPages pages, String list) {
        List<JsonNode> items = new ArrayList<>();
        try (pages) {
            pages.forEachRemaining(page -> page.path(list).forEach(items::add));
        }
        return items;
    }

    static List<JsonNode> workouts(Path file) {
        return items(read(file).pages(), "workouts");
    }

    /** A file of {@code csv-export}. */
    static Path shared(String name) {
        return Path.of("src", "test", "resources", "csv-export", name);
    }

    static JsonNode expected(String name) throws IOException {
        try (InputStream in = Files.newInputStream(shared(name + ".expected.json"))) {
            return JSON.readTree(in);
        }
    }
}
