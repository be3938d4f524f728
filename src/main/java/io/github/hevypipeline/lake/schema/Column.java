package io.github.hevypipeline.lake.schema;

import java.util.Set;

/**
 * One column of a raw table.
 *
 * <p>Immutable.
 *
 * @param name snake_case, as in the Parquet files
 * @param type its type in the current files
 * @param doc one sentence, or null for a column that the API added
 * @param required true for the metadata columns: never null
 * @param knownValues the values that are known to come, where there are few; empty where any may come
 */
public record Column(String name, ColumnType type, String doc, boolean required, Set<String> knownValues) {
    public Column {
        knownValues = Set.copyOf(knownValues);
    }

    /** A column that no schema file declares. */
    static Column discovered(String name, ColumnType type) {
        return new Column(name, type, null, false, Set.of());
    }

    Column as(ColumnType widened) {
        return new Column(name, widened, doc, required, knownValues);
    }

    /** Whether a schema file declares it. */
    boolean isDeclared() {
        return doc != null;
    }

    /** Whether a value is none of those that are known, where they are. */
    boolean isUnknown(String value) {
        return !knownValues.isEmpty() && !knownValues.contains(value);
    }
}
