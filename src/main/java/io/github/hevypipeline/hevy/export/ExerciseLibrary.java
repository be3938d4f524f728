package io.github.hevypipeline.hevy.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.project.ProjectFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds an exercise's template by its title: an export has titles in the language of the app, and no ids.
 *
 * <p>Immutable and thread-safe. A title is compared with Hevy's English titles as they are, then without case and blanks;
 * then with the titles that the caller knows; then with those that Hevy has used in other languages or before. One that
 * belongs to two templates matches none.
 */
public final class ExerciseLibrary {
    private static final String LIBRARY = "exercise_library.csv";
    private static final String TITLES = "exercise_titles.csv";
    private static final String RESTORE = "Restore schemas/library from the project.";
    /** Stands for a title of two templates. */
    private static final String AMBIGUOUS = "";

    private final Map<String, Template> templates;
    private final Map<String, String> english;
    /** By titles without case and blanks: Hevy's English ones, those that the caller knows, all others. */
    private final List<Map<String, String>> folded;

    /**
     * An exercise template, as the API has it.
     *
     * @param id Hevy's own for one of the library
     * @param type what its sets measure; null if that is not known
     * @param equipment null if that is not known
     */
    public record Template(
            String id,
            String title,
            String type,
            String primaryMuscleGroup,
            List<String> secondaryMuscleGroups,
            String equipment,
            boolean custom) {
        public Template {
            secondaryMuscleGroups = List.copyOf(secondaryMuscleGroups);
        }

        ObjectNode json() {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            node.put("id", id);
            node.put("title", title);
            node.put("type", type);
            node.put("primary_muscle_group", primaryMuscleGroup);
            ArrayNode secondary = node.putArray("secondary_muscle_groups");
            secondaryMuscleGroups.forEach(secondary::add);
            node.put("equipment", equipment);
            node.put("is_custom", custom);
            return node;
        }
    }

    private ExerciseLibrary(
            Map<String, Template> templates, Map<String, String> english, List<Map<String, String>> folded) {
        this.templates = templates;
        this.english = english;
        this.folded = folded;
    }

    /**
     * Reads the library of the project: {@code schemas/library}.
     *
     * @throws ConfigError if it is missing or damaged
     */
    public static ExerciseLibrary read() {
        return read(ProjectFolder.find("schemas", "resources.yaml").path().resolve("library"));
    }

    /** As {@link #read()}, of another folder. */
    public static ExerciseLibrary read(Path folder) {
        Map<String, Template> templates = new LinkedHashMap<>();
        Map<String, String> titles = new HashMap<>();
        Map<String, String> folded = new HashMap<>();
        Map<String, String> others = new HashMap<>();
        try (ExportFile.Records rows = open(
                folder.resolve(LIBRARY),
                List.of("id", "title", "type", "primary_muscle_group", "secondary_muscle_groups", "equipment"))) {
            rows.forEachRemaining(row -> {
                String id = row.required("id");
                String title = row.required("title");
                String secondary = row.text("secondary_muscle_groups");
                templates.put(
                        id,
                        new Template(
                                id,
                                title,
                                row.required("type"),
                                row.required("primary_muscle_group"),
                                secondary.isEmpty() ? List.of() : List.of(secondary.split(";")),
                                row.required("equipment"),
                                false));
                add(titles, title, id);
                add(folded, folded(title), id);
            });
        }
        try (ExportFile.Records rows = open(folder.resolve(TITLES), List.of("id", "title"))) {
            rows.forEachRemaining(row -> add(others, folded(row.required("title")), row.required("id")));
        }
        return new ExerciseLibrary(templates, titles, List.of(folded, Map.of(), others));
    }

    private static ExportFile.Records open(Path file, List<String> columns) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigError(ExitCode.CONFIGURATION, "The file " + file + " is missing.", RESTORE);
        }
        ExportFile.Records rows = new ExportFile(file).open(null);
        rows.require(columns, "is not the expected file", RESTORE);
        return rows;
    }

    /**
     * This library, and what an account that once had the API is known to have used.
     *
     * @param ids the ids of templates by the titles under which workouts showed them, in any language
     * @param known the templates themselves, custom ones too, whose titles count as well; they replace those of the
     *     library with the same id
     */
    public ExerciseLibrary knowing(Map<String, String> ids, Collection<Template> known) {
        Map<String, String> foldedIds = new HashMap<>();
        ids.forEach((title, id) -> add(foldedIds, folded(title), id));
        Map<String, Template> all = new LinkedHashMap<>(templates);
        known.forEach(template -> {
            all.put(template.id(), template);
            add(foldedIds, folded(template.title()), template.id());
        });
        return new ExerciseLibrary(all, english, List.of(folded.get(0), foldedIds, folded.get(2)));
    }

    private static void add(Map<String, String> ids, String title, String id) {
        ids.merge(title, id, (one, other) -> one.equals(other) ? one : AMBIGUOUS);
    }

    /** The id of the template that has this title. */
    public Optional<String> idOf(String title) {
        String same = english.get(title);
        if (same != null) {
            return Optional.of(same);
        }
        String key = folded(title);
        return folded.stream()
                .map(ids -> ids.get(key))
                .filter(Objects::nonNull)
                .findFirst()
                .filter(id -> !id.equals(AMBIGUOUS));
    }

    /** All templates: Hevy's own and those that the caller knows. */
    public List<Template> templates() {
        return new ArrayList<>(templates.values());
    }

    private static String folded(String title) {
        StringBuilder folded = new StringBuilder(title.length());
        Normalizer.normalize(title, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .filter(c -> !Character.isWhitespace(c) && !Character.isSpaceChar(c))
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }
}
