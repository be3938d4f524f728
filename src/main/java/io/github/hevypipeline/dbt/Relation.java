package io.github.hevypipeline.dbt;

/** A table or view of the database, by schema and name. Immutable. */
public record Relation(String schema, String name) {
    /** The name as SQL. */
    public String quoted() {
        return SqlText.identifier(schema) + "." + SqlText.identifier(name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
