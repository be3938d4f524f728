package io.github.hevypipeline.dbt;

import java.util.Objects;

/**
 * One thing to do in the database. Immutable.
 *
 * @param name what it builds, as a person would say it: {@code daily_exercises}, {@code hevy_raw.workouts}
 * @param file the project's file it comes from, relative to the project, with forward slashes
 * @param sql one text for one JDBC {@code execute}; it may hold several statements
 */
public record SqlStep(String name, String file, String sql) {
    /** None of the three may be null. */
    public SqlStep {
        Objects.requireNonNull(name);
        Objects.requireNonNull(file);
        Objects.requireNonNull(sql);
    }
}
