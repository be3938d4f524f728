package io.github.hevypipeline.dbt.internal;

/**
 * A file of the project, as it was read. Immutable.
 *
 * @param path relative to the project's root, with forward slashes
 */
record ProjectFile(String path, String text) {
    /** The file's name without folders and ending. */
    String stem() {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    boolean isSql() {
        return path.endsWith(".sql");
    }

    /** Whether it is a seed. */
    boolean isCsv() {
        return path.endsWith(".csv");
    }

    boolean isYaml() {
        return path.endsWith(".yml") || path.endsWith(".yaml");
    }
}
