package io.github.hevypipeline.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the raw tables and {@code daily_exercises} must hold for an account as it is at one instant.
 *
 * <p>Immutable. It is made from the account's JSON by the raw contract's words, with no code of the pipeline.
 */
public final class Truth {
    private static final List<Listing> RESOURCES =
            List.of(Listing.WORKOUTS, Listing.EXERCISE_TEMPLATES, Listing.ROUTINES);
    private static final int LONGEST_TABLE_NAME = 200;

    private static final List<Listing> OPTIONAL_LISTINGS = List.of(Listing.ROUTINE_FOLDERS, Listing.BODY_MEASUREMENTS);
    private static final String USER = "user_info";

    private final Map<String, List<Row>> tables = new HashMap<>();
    private final List<Performed> performed;
    private final ZoneId zone;

    private Truth(Map<String, List<Row>> tables, List<Performed> performed, ZoneId zone) {
        this.tables.putAll(tables);
        this.performed = performed;
        this.zone = zone;
    }

    /** The account as it is now; later changes to it do not reach this. */
    public static Truth of(Account account) {
        Map<String, List<Row>> tables = new HashMap<>();
        for (Listing listing : RESOURCES) {
            account.items(listing).forEach(item -> rows(listing.key(), item)
                    .forEach(row -> tables.computeIfAbsent(row.table(), t -> new ArrayList<>())
                            .add(row)));
        }
        List<Performed> performed = new ArrayList<>();
        account.items(Listing.WORKOUTS).forEach(workout -> performed.addAll(performed(workout)));
        return new Truth(tables, performed, ZoneOffset.UTC);
    }

    /** The same with all that can be loaded. */
    public static Truth ofAll(Account account) {
        Truth truth = of(account);
        for (Listing listing : OPTIONAL_LISTINGS) {
            account.items(listing).forEach(item -> truth.add(rows(listing.key(), item)));
        }
        truth.add(rows(USER, account.user()));
        return truth;
    }

    private void add(List<Row> rows) {
        rows.forEach(row ->
                tables.computeIfAbsent(row.table(), table -> new ArrayList<>()).add(row));
    }

    /** The same with the dates of workouts in this time zone. */
    public Truth in(ZoneId other) {
        return new Truth(tables, performed, other);
    }

    /** The rows of a raw table; none if it should be empty or need not be there. */
    public List<Row> rows(String table) {
        return tables.getOrDefault(table, List.of());
    }

    /** The tables that have rows. */
    public Set<String> tables() {
        return tables.keySet();
    }

    /**
     * One raw row.
     *
     * @param id its {@code _dlt_id}
     * @param place where in the account it is, for messages
     * @param values what the API sent for each column that is not null, and the keys of parent, root and place
     */
    public record Row(String table, String id, String place, Map<String, JsonNode> values) {}

    /** All rows of one item, by the words of the raw contract. */
    public static List<Row> rows(String table, ObjectNode item) {
        String primaryKey =
                item.path(table.equals("body_measurements") ? "date" : "id").asText();
        String id = key(table + '\0' + primaryKey);
        Flattening flattening = new Flattening(id);
        flattening.row(table, id, table + " " + primaryKey, 0, item, Map.of());
        return flattening.rows;
    }

    /** The first 10 bytes of SHA-256, in base64 without padding. */
    public static String key(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 10));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Flattens one item. */
    private static final class Flattening {
        private final String root;
        private final List<Row> rows = new ArrayList<>();

        Flattening(String root) {
            this.root = root;
        }

        void row(String table, String id, String place, int level, JsonNode object, Map<String, JsonNode> keys) {
            Row row = new Row(table, id, place, new LinkedHashMap<>(keys));
            rows.add(row);
            fields(row, level, "", 0, object, new HashSet<>());
        }

        private void fields(Row row, int level, String prefix, int depth, JsonNode object, Set<String> tablesTaken) {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                String column = prefix + snakeCase(field.getKey());
                JsonNode value = field.getValue();
                String child = row.table() + "__" + column;
                boolean declared = DECLARED.getOrDefault(row.table(), Set.of()).contains(column);
                boolean isTable = DECLARED.containsKey(child);
                if (value.isNull()) {
                    continue;
                }
                if (!declared && value.isObject() && depth < 8 && !isTable) {
                    fields(row, level, column + "__", depth + 1, value, tablesTaken);
                } else if (!declared
                        && value.isArray()
                        && (value.isEmpty() || (level < 2 && holdsObjectsOnly(value)))
                        && child.length() <= LONGEST_TABLE_NAME) {
                    children(row, level, child, value, tablesTaken);
                } else if (declared || !value.isArray() || !value.isEmpty()) {
                    while (row.values().containsKey(column)) {
                        column += "__";
                    }
                    row.values().put(column, value);
                }
            }
        }

        private void children(Row parent, int level, String table, JsonNode list, Set<String> tablesTaken) {
            if (list.isEmpty()) {
                return;
            }
            String name = table;
            while (!tablesTaken.add(name)) {
                name += "__";
            }
            for (int i = 0; i < list.size(); i++) {
                String id = key(parent.id() + '\0' + name + '\0' + i);
                Map<String, JsonNode> keys = Map.of(
                        "_dlt_parent_id", JsonNodeFactory.instance.textNode(parent.id()),
                        "_dlt_root_id", JsonNodeFactory.instance.textNode(root),
                        "_dlt_list_idx", JsonNodeFactory.instance.numberNode((long) i));
                row(name, id, parent.place() + " / " + name + " " + i, level + 1, list.get(i), keys);
            }
        }
    }

    private static boolean holdsObjectsOnly(JsonNode list) {
        for (JsonNode element : list) {
            if (!element.isObject() && !element.isNull()) {
                return false;
            }
        }
        return true;
    }

    /** ASCII letters in lower case, a word's capital after an underscore, runs of anything else as one underscore. */
    public static String snakeCase(String field) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            boolean upper = between('A', c, 'Z');
            boolean afterWord =
                    i > 0 && (between('a', field.charAt(i - 1), 'z') || between('0', field.charAt(i - 1), '9'));
            if (upper) {
                name.append(afterWord ? "_" : "").append((char) (c + 32));
            } else if (between('a', c, 'z') || between('0', c, '9')) {
                name.append(c);
            } else if (name.isEmpty() || name.charAt(name.length() - 1) != '_') {
                name.append('_');
            }
        }
        boolean unusable = name.length() == 0 || Character.isDigit(name.charAt(0)) || (name + "_").startsWith("_dlt_");
        return unusable ? "x" + name : name.toString();
    }

    private static boolean between(char first, char c, char last) {
        return first <= c && c <= last;
    }

    private static final Map<String, Set<String>> DECLARED = declaredColumns();

    private static Map<String, Set<String>> declaredColumns() {
        try {
            Map<String, Set<String>> declared = new HashMap<>();
            for (String table : List.of(
                    "workouts",
                    "workouts__exercises",
                    "workouts__exercises__sets",
                    "exercise_templates",
                    "routines",
                    "routines__exercises",
                    "routines__exercises__sets")) {
                Set<String> columns = new HashSet<>();
                new ObjectMapper()
                        .readTree(Path.of("schemas", table + ".avsc").toFile())
                        .path("fields")
                        .forEach(field -> columns.add(field.path("name").asText()));
                declared.put(table, columns);
            }
            return declared;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The columns that every file of a table has, whatever the API sends. */
    static Map<String, Set<String>> declared() {
        return DECLARED;
    }

    // --- daily_exercises

    /** A set with a weight or reps, in its exercise and workout. */
    private record Performed(
            JsonNode workout, JsonNode exercise, JsonNode set, String workoutId, String exerciseId, String setId) {}

    private static List<Performed> performed(ObjectNode workout) {
        List<Performed> performed = new ArrayList<>();
        String id = workout.path("id").asText();
        String root = key("workouts" + '\0' + id);
        int exerciseIndex = 0;
        for (JsonNode exercise : listOfObjects(workout.path("exercises"))) {
            String exerciseId = key(root + '\0' + "workouts__exercises" + '\0' + exerciseIndex++);
            int setIndex = 0;
            for (JsonNode set : listOfObjects(exercise.path("sets"))) {
                String setId = key(exerciseId + '\0' + "workouts__exercises__sets" + '\0' + setIndex++);
                if (set.hasNonNull("weight_kg") || set.hasNonNull("reps")) {
                    performed.add(new Performed(workout, exercise, set, id, exerciseId, setId));
                }
            }
        }
        return performed;
    }

    private static Iterable<JsonNode> listOfObjects(JsonNode value) {
        return value.isArray() && holdsObjectsOnly(value) ? value : List.of();
    }

    /** The columns of {@code daily_exercises}, in order. */
    public static final List<String> DAILY_COLUMNS = List.of(
            "workout_date",
            "exercise_name",
            "weight_kg",
            "reps",
            "set_number",
            "set_type",
            "rpe",
            "workout_title",
            "started_at",
            "ended_at",
            "workout_id",
            "exercise_id",
            "set_id");

    /** The rows of {@code daily_exercises} in their order: times in microseconds, null where there is no value. */
    public List<List<Object>> dailyExercises() {
        List<List<Object>> rows =
                new ArrayList<>(performed.stream().map(this::dailyRow).toList());
        rows.sort(column(0, Comparator.<LocalDate>reverseOrder())
                .thenComparing(column(8, Comparator.<Long>reverseOrder()))
                .thenComparing(column(1, Truth::byCodePoint))
                .thenComparing(column(4, Comparator.<Long>naturalOrder()))
                .thenComparing(column(12, Truth::byCodePoint)));
        return rows;
    }

    @SuppressWarnings("unchecked")
    private static <T> Comparator<List<Object>> column(int index, Comparator<T> order) {
        return Comparator.comparing(row -> (T) row.get(index), Comparator.nullsLast(order));
    }

    private static int byCodePoint(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private List<Object> dailyRow(Performed row) {
        Instant started = instant(row.workout().path("start_time"));
        Long index = whole(row.set().path("index"));
        return Arrays.asList(
                started == null ? null : started.atZone(zone).toLocalDate(),
                text(row.exercise().path("title")),
                number(row.set().path("weight_kg")),
                whole(row.set().path("reps")),
                index == null ? null : index + 1,
                text(row.set().path("type")),
                number(row.set().path("rpe")),
                text(row.workout().path("title")),
                micros(started),
                micros(instant(row.workout().path("end_time"))),
                row.workoutId(),
                row.exerciseId(),
                row.setId());
    }

    /** The text that a text column shows for a value. */
    public static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue().stripTrailingZeros();
            return number.precision() + Math.abs(number.scale()) > 40 ? number.toString() : number.toPlainString();
        }
        return wellFormed(value.isTextual() ? value.textValue() : value.toString());
    }

    private static String wellFormed(String text) {
        StringBuilder wellFormed = new StringBuilder();
        text.codePoints()
                .forEach(point -> wellFormed.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point));
        return wellFormed.toString();
    }

    private static Double number(JsonNode value) {
        BigDecimal number = decimal(value);
        return number == null ? null : number.doubleValue();
    }

    private static Long whole(JsonNode value) {
        BigDecimal number = decimal(value);
        boolean whole = number != null && number.stripTrailingZeros().scale() <= 0;
        return whole ? (Long) number.longValueExact() : null;
    }

    private static BigDecimal decimal(JsonNode value) {
        try {
            return value.isNumber() || value.isTextual() ? new BigDecimal(value.asText()) : null;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    static Instant instant(JsonNode value) {
        try {
            return value.isTextual() ? OffsetDateTime.parse(value.textValue()).toInstant() : null;
        } catch (DateTimeException notATime) {
            return null;
        }
    }

    static Long micros(Instant instant) {
        return instant == null ? null : instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }
}
