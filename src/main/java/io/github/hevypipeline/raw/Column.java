package io.github.hevypipeline.raw;

/**
 * One column of a raw table.
 *
 * <p>Immutable.
 *
 * @param name snake_case, as in the Parquet files
 * @param type its type in the current files
 * @param doc one sentence, or null for a column that the API added
 * @param required true for the metadata columns: never null
 */
public record Column(String name, ColumnType type, String doc, boolean required) {
    /** A column that no schema file declares. */
    static Column discovered(String name, ColumnType type) {
        return new Column(name, type, null, false);
    }

    Column as(ColumnType widened) {
        return new Column(name, widened, doc, required);
    }
}
