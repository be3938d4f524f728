package io.github.hevypipeline.mart;

/**
 * The formats in which DuckDB writes rows to a file.
 *
 * <p>CSV has a header, JSON is one array of objects.
 */
public enum ExportFormat {
    CSV("format csv, header"),
    JSON("format json, array true"),
    PARQUET("format parquet, compression zstd");

    private final String options;

    ExportFormat(String options) {
        this.options = options;
    }

    String options() {
        return options;
    }
}
