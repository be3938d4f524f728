package io.github.hevypipeline.dbt;

/** Writes names and texts as SQL, so that no character in them can end a literal. Thread-safe. */
public final class SqlText {
    private SqlText() {}

    public static String identifier(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
