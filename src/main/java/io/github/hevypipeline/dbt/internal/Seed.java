package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.ProjectError;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * A seed: a CSV file that becomes a table.
 *
 * <p>Immutable. As in dbt, an empty cell and the word null are null, and a column without a type in {@code column_types} has
 * the narrowest that holds all of its values.
 *
 * @param columns the names in the first line
 * @param rows a text for each column, or null
 */
record Seed(List<String> columns, List<List<String>> rows) {
    private static final Set<String> NULLS = Set.of("", "null");
    private static final String TEXT = "string";
    /** The types that dbt finds by itself, the narrowest first. */
    private static final List<Map.Entry<String, Pattern>> INFERRED = List.of(
            Map.entry("integer", Pattern.compile("-?\\d{1,9}")),
            Map.entry("bigint", Pattern.compile("-?\\d{1,18}")),
            Map.entry("double", Pattern.compile("-?\\d+(\\.\\d+)?")),
            Map.entry("date", Pattern.compile("\\d{4}-\\d{2}-\\d{2}")),
            Map.entry("timestamp", Pattern.compile("\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?")),
            Map.entry("boolean", Pattern.compile("(?i)true|false")));

    /**
     * Reads a file.
     *
     * @param delimiter what separates two cells
     * @throws io.github.hevypipeline.failure.ConfigError if it has no header, or a row of another length
     */
    static Seed read(ProjectFile file, String delimiter) {
        CSVFormat format = CSVFormat.DEFAULT.builder().setDelimiter(delimiter).get();
        try (var parser = format.parse(new StringReader(file.text()))) {
            List<CSVRecord> records = parser.getRecords();
            if (records.isEmpty()) {
                throw ProjectError.in(file.path(), "the seed has no header.");
            }
            List<String> columns = records.get(0).stream().map(String::strip).toList();
            List<List<String>> rows = new ArrayList<>();
            for (CSVRecord row : records.subList(1, records.size())) {
                if (row.size() != columns.size()) {
                    throw ProjectError.in(
                            file.path(),
                            "row " + row.getRecordNumber() + " of the seed has " + row.size() + " cells, its header "
                                    + columns.size() + ".");
                }
                rows.add(new ArrayList<>(row.stream().map(Seed::value).toList()));
            }
            return new Seed(columns, rows);
        } catch (IOException | UncheckedIOException e) {
            throw ProjectError.in(file.path(), 0, "the seed is no CSV: " + e.getMessage() + ".", e);
        }
    }

    private static String value(String cell) {
        return NULLS.contains(cell.strip().toLowerCase(Locale.ROOT)) ? null : cell;
    }

    /** The select that returns the rows; {@code types} are those of {@code column_types}. */
    String select(Map<String, String> types, Dialect dialect) {
        String values = rows.isEmpty()
                ? "(" + columns.stream().map(column -> "null").collect(Collectors.joining(", ")) + ")"
                : rows.stream()
                        .map(row -> row.stream()
                                .map(value -> value == null ? "null" : dialect.literal(value))
                                .collect(Collectors.joining(", ", "(", ")")))
                        .collect(Collectors.joining(",\n"));
        String names = columns.stream().map(dialect::identifier).collect(Collectors.joining(", "));
        String casts = IntStream.range(0, columns.size())
                .mapToObj(index -> {
                    String name = dialect.identifier(columns.get(index));
                    String type = types.getOrDefault(columns.get(index), inferred(index));
                    return "cast(" + name + " as " + type + ") as " + name;
                })
                .collect(Collectors.joining(", "));
        return "select " + casts + " from (values\n" + values + "\n) as seed (" + names + ")"
                + (rows.isEmpty() ? " where false" : "");
    }

    private String inferred(int column) {
        List<String> values = rows.stream()
                .map(row -> row.get(column))
                .filter(value -> value != null)
                .toList();
        if (values.isEmpty()) {
            return TEXT;
        }
        return INFERRED.stream()
                .filter(type -> values.stream()
                        .allMatch(value -> type.getValue().matcher(value).matches()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(TEXT);
    }
}
