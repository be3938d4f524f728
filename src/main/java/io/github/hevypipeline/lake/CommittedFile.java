package io.github.hevypipeline.lake;

import io.github.hevypipeline.lake.internal.DatasetPath;

/**
 * One file of the manifest.
 *
 * <p>Immutable. Its name is {@code <load_id>.<part>.parquet}; the part of a merged table is the year of its rows,
 * with {@code export_} before it if an export brought them, and {@code -n} where a year has more than one file.
 *
 * @param path {@code <table>/<file>.parquet}, relative to the dataset's folder
 * @param rows how many rows it has
 * @param bytes its size
 * @param sha256 its checksum, in hexadecimal
 */
public record CommittedFile(String path, long rows, long bytes, String sha256) {
    public static String path(String table, String loadId, String part, int number) {
        String suffix = number == 1 ? "" : "-" + number;
        return table + "/" + loadId + "." + part + suffix + ".parquet";
    }

    /** The partition, for example {@code 2026}. */
    public String part() {
        return DatasetPath.of(path)
                .filter(name -> name.kind() == DatasetPath.Kind.DATA)
                .map(DatasetPath::part)
                .orElseThrow(() -> new IllegalArgumentException("not the name of a raw file: " + path));
    }
}
