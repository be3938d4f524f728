package io.github.hevypipeline.transform;

import java.util.List;
import java.util.Objects;

/**
 * A select that should return no row, as SQL that keeps what it returns. Immutable.
 *
 * @param name the test's name, unique in the project
 * @param file the project's file that declares it, relative to the project
 * @param severity what a failure means
 * @param table where the failing rows are after {@link #sql} ran, as {@code schema.table}
 * @param reads what it is a test of, each as {@code schema.table}
 * @param column the column of that; null for a test of more
 * @param select what finds the failing rows
 * @param sql one text for one JDBC {@code execute}; its result is one row with the column {@code failures}
 */
public record DataTest(
        String name,
        String file,
        Severity severity,
        String table,
        List<String> reads,
        String column,
        String select,
        String sql) {
    /** None of the components may be null but the column. */
    public DataTest {
        Objects.requireNonNull(name);
        Objects.requireNonNull(file);
        Objects.requireNonNull(severity);
        Objects.requireNonNull(table);
        Objects.requireNonNull(select);
        reads = List.copyOf(reads);
        Objects.requireNonNull(sql);
    }

    /** The test as a step, for whoever runs steps and tests the same way. */
    public SqlStep step() {
        return new SqlStep(name, file, sql);
    }
}
