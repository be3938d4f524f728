package io.github.hevypipeline.dbt;

/**
 * A column of a raw table or a model. Immutable.
 *
 * @param type its data type, as declared or as found in the database; null if neither says it
 * @param description empty if it has none
 */
public record Column(String name, String type, String description) {}
