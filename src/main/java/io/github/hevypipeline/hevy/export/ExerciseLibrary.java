package io.github.hevypipeline.hevy.export;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.project.ProjectFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Finds the id of an exercise's template by its title: an export has titles in the language of the app, and no ids.
 *
 * <p>Immutable and thread-safe. A title is compared with Hevy's English titles as they are, then without case and blanks;
 * then with the titles that the caller knows; then with those that Hevy has used in other languages or before. One that
 * belongs to two templates matches none. The titles are the seeds of the dbt project, where the muscles are as well.
 */
public final class ExerciseLibrary {
    private static final String LIBRARY = "exercise_library.csv";
    private static final String TITLES = "exercise_titles.csv";
    private static final String RESTORE = "Restore transform/seeds from the project.";
    /** Stands for a title of two templates. */
    private static final String AMBIGUOUS = "";

    private final Map<String, String> english;
    /** By titles without case and blanks: Hevy's English ones, those that the caller knows, all others. */
    private final List<Map<String, String>> folded;

    private ExerciseLibrary(Map<String, String> english, List<Map<String, String>> folded) {
        this.english = english;
        this.folded = folded;
    }

    /**
     * Reads the library of the project: {@code transform/seeds}.
     *
     * @throws ConfigError if it is missing or damaged
     */
    public static ExerciseLibrary read() {
        return read(ProjectFolder.find("transform", "dbt_project.yml").path().resolve("seeds"));
    }

    /** As {@link #read()}, of another folder. */
    public static ExerciseLibrary read(Path folder) {
        Map<String, String> titles = new HashMap<>();
        Map<String, String> english = new HashMap<>();
        Map<String, String> others = new HashMap<>();
        try (ExportFile.Records rows = open(folder.resolve(LIBRARY))) {
            rows.forEachRemaining(row -> {
                add(titles, row.required("title"), row.required("id"));
                add(english, folded(row.required("title")), row.required("id"));
            });
        }
        try (ExportFile.Records rows = open(folder.resolve(TITLES))) {
            rows.forEachRemaining(row -> add(others, folded(row.required("title")), row.required("id")));
        }
        return new ExerciseLibrary(titles, List.of(english, Map.of(), others));
    }

    private static ExportFile.Records open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigError(ExitCode.CONFIGURATION, "The file " + file + " is missing.", RESTORE);
        }
        ExportFile.Records rows = new ExportFile(file).open(null);
        rows.require(List.of("id", "title"), "is not the expected file", RESTORE);
        return rows;
    }

    /**
     * This library, and the titles that an account that once had the API is known to have used.
     *
     * @param titles pairs of a title, in any language, and the id of its template
     */
    public ExerciseLibrary knowing(Collection<Map.Entry<String, String>> titles) {
        Map<String, String> known = new HashMap<>();
        titles.forEach(title -> add(known, folded(title.getKey()), title.getValue()));
        return new ExerciseLibrary(english, List.of(folded.get(0), known, folded.get(2)));
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
