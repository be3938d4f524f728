package io.github.hevypipeline.hevy.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.TransientError;
import java.io.Closeable;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The workouts that the app has exported to a CSV file, as pages of {@code /v1/workouts}.
 *
 * <p>Immutable; each call reads the file anew. {@link #read} has checked the whole file, so its pages bring no surprise.
 * Memory: one page, the workouts whose rows lie apart, and some hundred bytes for each workout.
 *
 * <p>The file has no ids and only local times. A workout's id is made of the minute in which it starts, so it stays when
 * anything else is edited. The keys {@code routine_id}, {@code created_at} and {@code updated_at} are absent.
 */
public final class WorkoutExport {
    static final String START = "start_time";
    static final String EXERCISE = "exercise_title";

    private static final String TITLE = "title";
    private static final String END = "end_time";
    private static final String DESCRIPTION = "description";
    private static final String SUPERSET = "superset_id";
    private static final String NOTES = "exercise_notes";
    private static final String SET_INDEX = "set_index";
    private static final String SET_TYPE = "set_type";
    private static final String REPS = "reps";
    private static final String DURATION = "duration_seconds";
    private static final String RPE = "rpe";
    private static final List<String> COLUMNS = List.of(
            TITLE, START, END, DESCRIPTION, EXERCISE, SUPERSET, NOTES, SET_INDEX, SET_TYPE, REPS, DURATION, RPE);

    private static final UUID WORKOUT_IDS = UUID.fromString("6c1d5c1e-9c3f-5a54-8a5f-3f0d4d1f7b11");
    private static final UUID TEMPLATE_IDS = UUID.fromString("b0a7d0c2-64b1-5d0e-9a39-7f2b9a6c5e42");
    private static final int PAGE_SIZE = 10;
    /** More than anybody does in a day. What has more is no workout, and would fill the memory. */
    private static final int MAX_SETS = 10_000;

    /** A few workouts in several places are put together; a file that is sorted otherwise is not the app's. */
    private static final int MAX_UNFINISHED_SETS = 50_000;

    private static final String SORTED =
            "begins one of too many workouts whose rows lie apart: the file is sorted otherwise than by the app";
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'+00:00'", Locale.ROOT);

    private final ExportFile file;
    private final ExportOptions options;
    private final ExerciseLibrary library;
    private final ExportDates dates;
    /** Of each workout that lies in several places of the file, how many, by its key. */
    private final Map<UUID, Integer> split;

    private final Summary summary;

    /**
     * What the file has.
     *
     * @param sha256 of the file: the same for a file that was read before
     * @param workouts how many there are
     * @param sets of all workouts
     * @param oldestStart null if there is no workout
     * @param newestStart likewise
     * @param language of the dates, for example {@code pt}; of several that read all dates alike, the first
     * @param unknownColumns the columns that were not read, since this program does not know them
     * @param unknownExercises how many sets each exercise has that is no known template, by its title
     */
    public record Summary(
            String sha256,
            long workouts,
            long sets,
            Instant oldestStart,
            Instant newestStart,
            String language,
            List<String> unknownColumns,
            SortedMap<String, Long> unknownExercises) {
        /** How many sets have no known muscle. */
        public long setsOfUnknownExercises() {
            return unknownExercises.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private WorkoutExport(ExportFile file, ExportOptions options, ExerciseLibrary library) {
        this.file = file;
        this.options = options;
        this.library = library;
        ExportDates.Search search = new ExportDates.Search(file, options.language());
        Map<UUID, Integer> pieces = new HashMap<>();
        String sha256;
        try (ExportFile.Records rows = open(null)) {
            ExportFile.Row last = null;
            while (rows.hasNext()) {
                ExportFile.Row row = rows.next();
                search.add(row, START);
                search.add(row, END);
                if (last == null || !isSameWorkout(row, last)) {
                    pieces.merge(key(row), 1, Integer::sum);
                }
                last = row;
            }
            sha256 = rows.sha256();
        }
        pieces.values().removeIf(count -> count == 1);
        split = pieces;
        dates = search.found();
        summary = count(sha256);
    }

    /**
     * Reads a file and checks every record.
     *
     * @throws ConfigError with line, column and what was expected, if it is not wholly an export of workouts, or if its
     *     dates can be read in two ways
     * @throws TransientError if the file changes meanwhile
     */
    public static WorkoutExport read(Path file, ExportOptions options, ExerciseLibrary library) {
        return new WorkoutExport(new ExportFile(file), options, library);
    }

    /** What was found. */
    public Summary summary() {
        return summary;
    }

    /**
     * The workouts as pages of ten, in the order of the file, which is newest first. One whose rows lie in several places
     * comes where the last of them lies.
     *
     * <p>A page throws a {@link TransientError} if the file has changed since it was read: what came before is then worth
     * nothing.
     */
    public ExportPages pages() {
        Workouts workouts = new Workouts(open(summary.sha256));
        return new ExportPages("workouts", PAGE_SIZE, summary.workouts, workouts, workouts::close);
    }

    private ExportFile.Records open(String sha256) {
        ExportFile.Records rows = file.open(sha256);
        try {
            rows.require(COLUMNS, "is no workout export of Hevy", ExportFile.EXPORT_AGAIN);
            return rows;
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    private Summary count(String sha256) {
        try (Workouts workouts = new Workouts(open(sha256))) {
            long count = 0;
            long sets = 0;
            Instant oldest = null;
            Instant newest = null;
            SortedMap<String, Long> unknown = new TreeMap<>();
            while (workouts.hasNext()) {
                ObjectNode workout = workouts.next();
                count++;
                Instant start = Instant.from(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(
                        workout.path(START).textValue()));
                oldest = oldest == null || start.isBefore(oldest) ? start : oldest;
                newest = newest == null || start.isAfter(newest) ? start : newest;
                for (JsonNode exercise : workout.path("exercises")) {
                    long some = exercise.path("sets").size();
                    sets += some;
                    String title = exercise.path("title").textValue();
                    // A template that an earlier export made may be in the lake by now, and still has no muscle.
                    if (exercise.path("exercise_template_id").textValue().equals(ownTemplateId(title))) {
                        unknown.merge(title, some, Long::sum);
                    }
                }
            }
            return new Summary(
                    sha256, count, sets, oldest, newest, dates.language(), workouts.unknownColumns(), unknown);
        }
    }

    private static boolean isSameWorkout(ExportFile.Row one, ExportFile.Row other) {
        return one.text(START).equals(other.text(START))
                && one.text(END).equals(other.text(END))
                && one.text(TITLE).equals(other.text(TITLE))
                && one.text(DESCRIPTION).equals(other.text(DESCRIPTION));
    }

    /** Stands for all that tells one workout from others; short, however long its description is. */
    private static UUID key(ExportFile.Row row) {
        return NameBasedId.of(
                WORKOUT_IDS, String.join("\0", row.text(START), row.text(END), row.text(TITLE), row.text(DESCRIPTION)));
    }

    private static String ownTemplateId(String title) {
        return NameBasedId.of(TEMPLATE_IDS, title).toString();
    }

    /** Puts the rows of the file together. One reading of it. */
    private final class Workouts implements Iterator<ObjectNode>, Closeable {
        private final ExportFile.Records rows;
        private final UnitColumn weight;
        private final UnitColumn distance;
        private final Map<Long, Integer> workoutsOfStart = new HashMap<>();
        private final Map<UUID, Unfinished> unfinished = new HashMap<>();
        private int unfinishedSets;
        private ExportFile.Row row;
        private ObjectNode next;

        Workouts(ExportFile.Records rows) {
            this.rows = rows;
            weight = UnitColumn.in(rows, UnitColumn.WEIGHT)
                    .orElseThrow(() ->
                            rows.refused("has neither a column weight_kg nor weight_lbs", ExportFile.EXPORT_AGAIN));
            distance = UnitColumn.in(rows, UnitColumn.DISTANCE)
                    .orElseThrow(() -> rows.refused(
                            "has neither a column distance_km nor distance_miles", ExportFile.EXPORT_AGAIN));
            advance();
        }

        List<String> unknownColumns() {
            return rows.columns().stream()
                    .filter(column -> !COLUMNS.contains(column)
                            && !column.equals(weight.name())
                            && !column.equals(distance.name()))
                    .toList();
        }

        @Override
        public boolean hasNext() {
            while (next == null && row != null) {
                next = read();
            }
            return next != null;
        }

        @Override
        public ObjectNode next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ObjectNode workout = next;
            next = null;
            return workout;
        }

        @Override
        public void close() {
            rows.close();
        }

        private void advance() {
            row = rows.hasNext() ? rows.next() : null;
        }

        private boolean isOf(ExportFile.Row first) {
            return row != null && isSameWorkout(row, first);
        }

        /** The workout whose last rows begin here; null if others follow elsewhere. */
        private ObjectNode read() {
            ExportFile.Row first = row;
            LocalDateTime start = time(START);
            UUID key = split.isEmpty() ? WORKOUT_IDS : key(first);
            Unfinished workout = unfinished.remove(key);
            if (workout == null) {
                workout = new Unfinished(begin(first, start), split.getOrDefault(key, 1));
            }
            unfinishedSets -= workout.sets;
            while (isOf(first)) {
                readSet(workout);
            }
            workout.pieces--;
            if (workout.pieces > 0) {
                unfinishedSets += workout.sets;
                if (unfinishedSets > MAX_UNFINISHED_SETS) {
                    throw file.damaged(first.line(), SORTED);
                }
                unfinished.put(key, workout);
                return null;
            }
            return workout.json;
        }

        private ObjectNode begin(ExportFile.Row first, LocalDateTime start) {
            LocalDateTime end = time(END);
            int ordinal = workoutsOfStart.merge(start.toEpochSecond(ZoneOffset.UTC), 1, Integer::sum) - 1;
            ObjectNode workout = JsonNodeFactory.instance.objectNode();
            workout.put(
                    "id",
                    NameBasedId.of(WORKOUT_IDS, start + (ordinal == 0 ? "" : " " + ordinal))
                            .toString());
            workout.put("title", first.text(TITLE));
            workout.put("description", first.text(DESCRIPTION));
            ZonedDateTime startsAt = start.atZone(options.zone());
            ZonedDateTime endsAt = end.atZone(options.zone());
            workout.put("start_time", utc(startsAt));
            // An hour that comes twice when clocks go back: the second, if the first would end before the start.
            workout.put("end_time", utc(endsAt.isBefore(startsAt) ? endsAt.withLaterOffsetAtOverlap() : endsAt));
            workout.putArray("exercises");
            return workout;
        }

        private LocalDateTime time(String column) {
            return dates.read(row.required(column)).orElseThrow(() -> row.wrong(column, "a date", row.text(column)));
        }

        private String utc(ZonedDateTime time) {
            return UTC.format(time.withZoneSameInstant(ZoneOffset.UTC));
        }

        /** Adds the set of this row, to an exercise of its own if the title is another or the set index does not rise. */
        private void readSet(Unfinished workout) {
            String title = row.required(EXERCISE);
            OptionalInt superset = row.index(SUPERSET);
            row.required(SET_INDEX);
            int index = row.index(SET_INDEX).orElseThrow(() -> row.wrong(SET_INDEX, "a whole number", " "));
            if (!title.equals(workout.exercise) || index <= workout.lastIndex) {
                ArrayNode exercises = (ArrayNode) workout.json.get("exercises");
                ObjectNode exercise = JsonNodeFactory.instance.objectNode();
                exercise.put("index", exercises.size());
                exercise.put("title", title);
                exercise.put("notes", row.text(NOTES));
                exercise.put("exercise_template_id", library.idOf(title).orElseGet(() -> ownTemplateId(title)));
                exercise.put("superset_id", superset.isPresent() ? (Integer) superset.getAsInt() : null);
                workout.exercise = title;
                workout.setsOfExercise = exercise.putArray("sets");
                exercises.add(exercise);
            }
            workout.lastIndex = index;
            workout.sets++;
            if (workout.sets > MAX_SETS) {
                throw file.damaged(row.line(), "belongs to a workout of more than " + MAX_SETS + " sets");
            }
            ObjectNode set = workout.setsOfExercise.addObject();
            set.put("index", index);
            set.put("type", row.required(SET_TYPE));
            set.set("weight_kg", weight.read(row));
            set.set(REPS, UnitColumn.unconverted(REPS).read(row));
            set.set("distance_meters", distance.read(row));
            set.set(DURATION, UnitColumn.unconverted(DURATION).read(row));
            set.set(RPE, UnitColumn.unconverted(RPE).read(row));
            set.putNull("custom_metric");
            advance();
        }
    }

    /** A workout while its rows are read. */
    private static final class Unfinished {
        private final ObjectNode json;
        private int pieces;
        private int sets;
        private String exercise;
        private ArrayNode setsOfExercise;
        private int lastIndex;

        Unfinished(ObjectNode json, int pieces) {
            this.json = json;
            this.pieces = pieces;
        }
    }
}
