package io.github.hevypipeline.dbt;

import io.github.hevypipeline.report.WordedDuration;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * The limits on the age of a raw table's newest row. Immutable.
 *
 * @param source the table, as {@code source.table}
 * @param warnAfter null for no limit
 * @param errorAfter null for no limit
 * @param file the yml file that declares it, relative to the project
 * @param newest a select of one value, the time of the newest row; null if the table is empty
 */
public record FreshnessCheck(String source, Duration warnAfter, Duration errorAfter, String file, String newest) {
    public FreshnessCheck {
        Objects.requireNonNull(source);
        Objects.requireNonNull(file);
        Objects.requireNonNull(newest);
    }

    /**
     * How fresh a raw table is. Immutable.
     *
     * @param source the table, as {@code source.table}
     * @param loadedAt the time of its newest row, in UTC; null for a table without rows
     * @param age null as {@code loadedAt} is
     */
    public record Result(String source, String loadedAt, Duration age, Verdict verdict) {
        public Result {
            Objects.requireNonNull(source);
            Objects.requireNonNull(verdict);
        }
    }

    /** The limits in words. */
    public String limits() {
        StringJoiner words = new StringJoiner(", ");
        if (warnAfter != null) {
            words.add("a warning after " + WordedDuration.of(warnAfter));
        }
        if (errorAfter != null) {
            words.add("an error after " + WordedDuration.of(errorAfter));
        }
        return words.toString();
    }

    /**
     * Compares the newest row with the limits. As in dbt, a table without rows is older than any.
     *
     * @param row {@code loaded_at}, the time of the newest row as text, and {@code age} in seconds; both null for a table
     *     without rows
     */
    public Result result(Map<String, Object> row) {
        if (!(row.get("age") instanceof Number age)) {
            return new Result(source, null, null, errorAfter != null ? Verdict.ERROR : Verdict.WARN);
        }
        Duration old = Duration.ofMillis((long) (age.doubleValue() * 1000));
        Verdict verdict =
                isBeyond(old, errorAfter) ? Verdict.ERROR : isBeyond(old, warnAfter) ? Verdict.WARN : Verdict.PASS;
        return new Result(source, (String) row.get("loaded_at"), old, verdict);
    }

    private static boolean isBeyond(Duration age, Duration limit) {
        return limit != null && age.compareTo(limit) > 0;
    }
}
