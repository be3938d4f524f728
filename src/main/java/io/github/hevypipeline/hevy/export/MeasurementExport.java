package io.github.hevypipeline.hevy.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.TransientError;
import java.io.Closeable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The body measurements that the app has exported to a CSV file, as pages of {@code /v1/body_measurements}.
 *
 * <p>Immutable; each call reads the file anew. {@link #read} has checked the whole file. As in the API a measure that was
 * not taken is absent; the API's {@code id} and {@code created_at} are not in the file.
 */
public final class MeasurementExport {
    private static final String DATE = "date";
    private static final int PAGE_SIZE = 10;
    /** The columns of each measure, in every unit, by the API's name for it. */
    private static final Map<String, Map<String, BigDecimal>> MEASURES = measures();

    private final ExportFile file;
    private final ExportDates dates;
    private final Summary summary;

    /**
     * What the file has.
     *
     * @param sha256 of the file: the same for a file that was read before
     * @param measurements how many days have one
     * @param language of the dates, for example {@code pt}; of several that read all dates alike, the first
     * @param unknownColumns the columns that were not read, since this program does not know them
     */
    public record Summary(String sha256, long measurements, String language, List<String> unknownColumns) {}

    private MeasurementExport(ExportFile file, ExportOptions options) {
        this.file = file;
        ExportDates.Search search = new ExportDates.Search(file, options.language());
        String sha256;
        try (ExportFile.Records rows = file.open(null)) {
            if (!isHeader(rows.columns())) {
                throw rows.refused("is no measurement export of Hevy", ExportFile.EXPORT_AGAIN);
            }
            while (rows.hasNext()) {
                search.add(rows.next(), DATE);
            }
            sha256 = rows.sha256();
        }
        dates = search.found();
        try (Measurements measurements = new Measurements(file.open(sha256))) {
            long count = 0;
            for (; measurements.hasNext(); measurements.next()) {
                count++;
            }
            summary = new Summary(sha256, count, dates.language(), measurements.unknownColumns());
        }
    }

    /**
     * Reads a file and checks every record.
     *
     * @throws ConfigError with line, column and what was expected, if it is not wholly an export of measurements, or if
     *     its dates can be read in two ways
     * @throws TransientError if the file changes meanwhile
     */
    public static MeasurementExport read(Path file, ExportOptions options) {
        return new MeasurementExport(new ExportFile(file), options);
    }

    static boolean isHeader(List<String> columns) {
        return columns.contains(DATE)
                && MEASURES.values().stream().anyMatch(units -> columns.stream().anyMatch(units::containsKey));
    }

    private static Map<String, Map<String, BigDecimal>> measures() {
        Map<String, Map<String, BigDecimal>> measures = new LinkedHashMap<>();
        measures.put("weight_kg", UnitColumn.WEIGHT);
        measures.put("fat_percent", Map.of("fat_percent", BigDecimal.ONE));
        for (String part :
                List.of("neck", "shoulder", "chest", "left_bicep", "right_bicep", "left_forearm", "right_forearm")) {
            measures.put(part + "_cm", UnitColumn.girth(part));
        }
        for (String part :
                List.of("abdomen", "waist", "hips", "left_thigh", "right_thigh", "left_calf", "right_calf")) {
            measures.put(part, UnitColumn.girth(part));
        }
        return measures;
    }

    /** What was found. */
    public Summary summary() {
        return summary;
    }

    /** The measurements as pages of ten, in the order of the file. As with workouts, the file must not change. */
    public ExportPages pages() {
        Measurements measurements = new Measurements(file.open(summary.sha256));
        return new ExportPages("body_measurements", PAGE_SIZE, summary.measurements, measurements, measurements::close);
    }

    /** One reading of the file. */
    private final class Measurements implements Iterator<ObjectNode>, Closeable {
        private final ExportFile.Records rows;
        private final Map<String, UnitColumn> measures = new LinkedHashMap<>();
        private final Map<LocalDate, Long> lines = new HashMap<>();

        Measurements(ExportFile.Records rows) {
            this.rows = rows;
            MEASURES.forEach(
                    (name, units) -> UnitColumn.in(rows, units).ifPresent(column -> measures.put(name, column)));
        }

        List<String> unknownColumns() {
            List<String> known =
                    measures.values().stream().map(UnitColumn::name).toList();
            return rows.columns().stream()
                    .filter(column -> !column.equals(DATE) && !known.contains(column))
                    .toList();
        }

        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public ObjectNode next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            ExportFile.Row row = rows.next();
            LocalDate date = dates.read(row.required(DATE))
                    .orElseThrow(() -> row.wrong(DATE, "a date", row.text(DATE)))
                    .toLocalDate();
            Long before = lines.putIfAbsent(date, row.line());
            if (before != null) {
                throw row.wrong(DATE, "one measurement a day, and line " + before + " has one", row.text(DATE));
            }
            ObjectNode measurement = JsonNodeFactory.instance.objectNode();
            measurement.put(DATE, date.toString());
            measures.forEach((name, column) -> {
                JsonNode value = column.read(row);
                if (!value.isNull()) {
                    measurement.set(name, value);
                }
            });
            return measurement;
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
