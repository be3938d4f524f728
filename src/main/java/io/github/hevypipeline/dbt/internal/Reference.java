package io.github.hevypipeline.dbt.internal;

/**
 * A call of {@code ref} or {@code source} in a file. Immutable.
 *
 * @param source the source's name; null for a model
 * @param name the name of the model or table
 * @param line where the call is, from 1; 0 when unknown
 */
record Reference(String source, String name, int line) {
    @Override
    public String toString() {
        return source == null ? "ref('" + name + "')" : "source('" + source + "', '" + name + "')";
    }
}
