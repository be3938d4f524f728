package io.github.hevypipeline.dbt;

import java.time.Duration;
import java.util.Objects;

/**
 * How fresh a raw table is. Immutable.
 *
 * @param source the table, as {@code source.table}
 * @param loadedAt its newest row, in UTC; null if it has none
 * @param age of the newest row; null if it has none
 * @param verdict never null
 */
public record FreshnessResult(String source, String loadedAt, Duration age, Verdict verdict) {
    /** Time and age may be null, together. */
    public FreshnessResult {
        Objects.requireNonNull(source);
        Objects.requireNonNull(verdict);
    }
}
