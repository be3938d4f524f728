package io.github.hevypipeline.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.faults.Truth;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The raw rows of one account, from packages or from Delta, to be compared with its truth.
 *
 * <p>Not thread-safe. Rows are added in any order; each has its columns by name.
 */
public final class AccountTables {
    /** Columns of the pipeline's own; whether parents and places are right shows in the others. */
    private static final Set<String> OWN = Set.of(
            "account_id",
            "bucket",
            "_dlt_load_id",
            "_root_id",
            "_deleted",
            "_dlt_id",
            "_extracted_at",
            "_dlt_extracted_at",
            "_dlt_root_id",
            "_rescued");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_NAMED = 10;

    private final Map<String, List<Map<String, Object>>> rows = new TreeMap<>();

    /** Adds a row; absent and null columns are the same. */
    public void add(String table, Map<String, Object> row) {
        rows.computeIfAbsent(table, t -> new ArrayList<>()).add(row);
    }

    /** What differs from the truth; empty if each row is there once and says what Hevy says. */
    public List<String> differences(Truth truth) {
        List<String> differences = new ArrayList<>();
        Set<String> tables = new TreeSet<>(rows.keySet());
        tables.addAll(truth.tables());
        for (String table : tables) {
            compare(table, truth.rows(table), differences);
        }
        return differences.size() <= MAX_NAMED
                ? differences
                : List.of(differences.subList(0, MAX_NAMED) + " and " + (differences.size() - MAX_NAMED) + " more");
    }

    private void compare(String table, List<Truth.Row> expected, List<String> differences) {
        Map<String, Map<String, Object>> found = new HashMap<>();
        for (Map<String, Object> row : rows.getOrDefault(table, List.of())) {
            if (found.put(String.valueOf(row.get("_dlt_id")), row) != null) {
                differences.add(table + ": the row " + row.get("_dlt_id") + " is there twice");
            }
        }
        for (Truth.Row row : expected) {
            Map<String, Object> same = found.remove(row.id());
            if (same == null) {
                differences.add(table + ": the row of " + row.place() + " is missing (" + row.id() + ")");
            } else {
                compare(row, same, differences);
            }
        }
        found.values().forEach(row -> differences.add(table + ": a row too many: " + row));
    }

    private static void compare(Truth.Row expected, Map<String, Object> found, List<String> differences) {
        Set<String> columns = new TreeSet<>(found.keySet());
        columns.addAll(expected.values().keySet());
        columns.removeAll(OWN);
        JsonNode rescued = json(found.get("_rescued"));
        for (String column : columns) {
            JsonNode wanted = expected.values().get(column);
            Object value = found.get(column);
            boolean same = value == null
                    ? wanted == null || rescued.path(column).asText().equals(Truth.text(wanted))
                    : wanted != null && says(value, wanted);
            if (!same) {
                differences.add(expected.table() + "." + column + " of " + expected.place() + ": Hevy says " + wanted
                        + ", the row " + value);
            }
        }
    }

    private static boolean says(Object value, JsonNode wanted) {
        if (value instanceof Timestamp time) {
            return time.toInstant().equals(instant(wanted));
        }
        if (value instanceof java.sql.Date date) {
            return date.toLocalDate().equals(LocalDate.parse(wanted.asText()));
        }
        if (value instanceof Number number) {
            return wanted.isNumber() && new BigDecimal(number.toString()).compareTo(wanted.decimalValue()) == 0;
        }
        if (value instanceof Boolean flag) {
            return wanted.isBoolean() && wanted.booleanValue() == flag;
        }
        String text = String.valueOf(value);
        if (wanted.isNumber()) {
            return isNumber(text) && new BigDecimal(text).compareTo(wanted.decimalValue()) == 0;
        }
        return wanted.isContainerNode() ? json(text).equals(json(wanted.toString())) : text.equals(Truth.text(wanted));
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9.]+([eE][-+]?[0-9]+)?");
    }

    private static Instant instant(JsonNode value) {
        try {
            return OffsetDateTime.parse(value.asText()).toInstant();
        } catch (DateTimeException notATime) {
            return null;
        }
    }

    private static JsonNode json(Object text) {
        if (text == null) {
            return JSON.missingNode();
        }
        try {
            return JSON.readTree(String.valueOf(text));
        } catch (IOException notJson) {
            return JSON.missingNode();
        }
    }

    @Override
    public String toString() {
        Map<String, Integer> sizes = new TreeMap<>();
        rows.forEach((table, all) -> sizes.put(table, all.size()));
        return Arrays.toString(sizes.entrySet().toArray());
    }
}
