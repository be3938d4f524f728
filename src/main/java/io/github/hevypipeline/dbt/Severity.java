package io.github.hevypipeline.dbt;

/** What a failing data test means: {@code ERROR} stops the publication, {@code WARN} is only said. Immutable. */
public enum Severity {
    ERROR,
    WARN
}
