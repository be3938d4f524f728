package io.github.hevypipeline.cli;

import java.nio.file.Path;
import java.util.Locale;

/**
 * What a person wants to see of the DuckDB file.
 *
 * <p>Immutable.
 *
 * @param table a model or raw table
 * @param limit how many rows at most; negative for all
 * @param format how the rows are written
 * @param output where to; null for standard output
 */
public record RowSelection(String table, long limit, Format format, Path output) {
    /** The mart that this program is for. */
    static final String MAIN_MART = "daily_exercises";

    /** How rows are written, by the word for it on the command line. */
    enum Format {
        TABLE,
        CSV,
        JSON,
        PARQUET;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The first rows of the main mart, to be read. */
    public static RowSelection ofMainMart(long limit) {
        return new RowSelection(MAIN_MART, limit, Format.TABLE, null);
    }
}
