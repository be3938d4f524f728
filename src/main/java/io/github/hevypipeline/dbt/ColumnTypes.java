package io.github.hevypipeline.dbt;

import java.util.Map;

/** Finds the columns that a raw table or a model has in the database, for the project's docs. */
@FunctionalInterface
public interface ColumnTypes {
    /** Returns the data type by column name, in the order of the columns. */
    Map<String, String> of(Relation relation);
}
