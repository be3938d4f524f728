package io.github.hevypipeline.transform;

/** A table or view of the database, by schema and name. Immutable. */
record Relation(String schema, String name) {
    String quoted() {
        return SqlText.identifier(schema) + "." + SqlText.identifier(name);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
