package io.github.hevypipeline.dbt;

import java.util.Objects;

/**
 * One thing to execute in the database. Immutable.
 *
 * @param name its name in messages: {@code daily_exercises}, {@code hevy_raw.workouts}
 * @param file the file that it comes from, relative to the project, with forward slashes; empty if none
 * @param sql the text of one JDBC {@code execute}; may hold several statements
 */
public record SqlStep(String name, String file, String sql) {
    public SqlStep {
        Objects.requireNonNull(name);
        Objects.requireNonNull(file);
        Objects.requireNonNull(sql);
    }
}
