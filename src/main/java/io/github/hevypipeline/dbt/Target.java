package io.github.hevypipeline.dbt;

import java.util.Objects;

/**
 * The database that a project is compiled for, as dbt's profiles name it; templates see it as {@code target}. Immutable.
 *
 * @param name of the output in profiles.yml
 * @param type the kind of database, which chooses the macros of {@code adapter.dispatch}
 * @param schema the schema of a model without one of its own, and what the others begin with
 * @param location the folder or URI below which a database of files keeps each table as {@code schema/name}; empty if the
 *     database chooses
 * @param isIncremental whether the tables of incremental models exist, so that only what their predicates name is replaced
 */
public record Target(String name, String type, String schema, String location, boolean isIncremental) {
    /** The database of a pipeline for one account. */
    public static final Target LOCAL = new Target("local", "duckdb", "main", "", false);

    public Target {
        Objects.requireNonNull(name);
        Objects.requireNonNull(type);
        Objects.requireNonNull(schema);
        Objects.requireNonNull(location);
    }
}
