package io.github.hevypipeline.dbt;

/**
 * How a check ended: {@code WARN} is only reported, {@code ERROR} ends the run. The severity of a data test is the worst
 * verdict that it can have.
 */
public enum Verdict {
    PASS,
    WARN,
    ERROR
}
