package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.Node;
import java.util.Objects;

/**
 * A data test: a select that must return no rows, and the SQL that counts them. Immutable.
 *
 * @param name unique in the project
 * @param file the file that declares it, relative to the project
 * @param severity {@code WARN} or {@code ERROR}
 * @param table where {@link #sql} stores the failing rows, as {@code schema.table}; empty if it does not
 * @param column the column that it is declared on; null if none
 * @param description empty if it has none
 * @param select returns the failing rows
 * @param sql the text of one JDBC {@code execute}; its result is one row with the columns {@code failures}, {@code
 *     should_warn} and {@code should_error}
 * @param dropping the SQL that drops {@link #table}; empty if there is none
 */
public record DataTest(
        String name,
        String file,
        Verdict severity,
        String table,
        String column,
        String description,
        String select,
        String sql,
        String dropping) {
    /** The schema of the stored rows, unless a test names another. */
    public static final String AUDIT_SCHEMA = Target.LOCAL.schema() + "_dbt_test__audit";

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

    /** Whether its failing rows are stored. */
    public boolean keepsRows() {
        return !table.isEmpty();
    }

    /** Unique among models and tests. */
    public String id() {
        return Node.Kind.GENERIC.word() + "." + name;
    }

    /** The step that runs it. */
    public SqlStep step() {
        return new SqlStep(name, file, sql);
    }
}
