package io.github.hevypipeline.dbt;

/** How a check has ended: {@code WARN} is only said, {@code ERROR} ends what it belongs to. Immutable. */
public enum Verdict {
    PASS,
    WARN,
    ERROR
}
