package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.Node;
import java.util.Objects;

/**
 * A select that should return no row, as SQL that counts and, if the project says so, keeps what it returns. Immutable.
 *
 * @param name the test's name, unique in the project
 * @param file the project's file that declares it, relative to the project
 * @param severity what too many rows mean
 * @param table where the failing rows are after {@link #sql} ran, as {@code schema.table}; empty if they are not kept
 * @param column the column that it is declared on; null for all others
 * @param description what a yml file says of it; empty where nothing is said
 * @param select what finds the failing rows
 * @param sql one text for one JDBC {@code execute}; its result is one row with the columns {@code failures}, {@code
 *     should_warn} and {@code should_error}
 * @param dropping the SQL that drops what {@link #sql} has made; empty if that is nothing
 */
public record DataTest(
        String name,
        String file,
        Severity severity,
        String table,
        String column,
        String description,
        String select,
        String sql,
        String dropping) {
    /** None of the components may be null but the column. */
    public DataTest {
        Objects.requireNonNull(name);
        Objects.requireNonNull(file);
        Objects.requireNonNull(severity);
        Objects.requireNonNull(table);
        Objects.requireNonNull(description);
        Objects.requireNonNull(select);
        Objects.requireNonNull(sql);
        Objects.requireNonNull(dropping);
    }

    /** Whether the rows that it returns are kept. */
    public boolean keepsRows() {
        return !table.isEmpty();
    }

    public String id() {
        return Node.Kind.GENERIC.word() + "." + name;
    }

    /** The test as a step, for whoever runs steps and tests the same way. */
    public SqlStep step() {
        return new SqlStep(name, file, sql);
    }
}
