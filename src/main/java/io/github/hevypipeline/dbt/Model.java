package io.github.hevypipeline.dbt;

import java.util.List;

/**
 * A compiled model or seed. Immutable.
 *
 * @param file relative to the project
 * @param materialization {@code view}, {@code table}, {@link #INCREMENTAL} or {@link #SEED}
 * @param published whether its {@code meta} says {@code published: true}
 * @param sql its select, every reference resolved
 * @param building the statement that builds it; its first line is the first line of the select, so that line numbers in
 *     errors are right
 * @param reads the models and raw tables that it selects from, in the order of the text
 * @param description empty if it has none
 * @param columns those that its yml file describes, without types
 * @param persistDocs which descriptions are stored in the database
 */
public record Model(
        String file,
        Relation relation,
        String materialization,
        boolean published,
        String sql,
        String building,
        List<Relation> reads,
        String description,
        List<Column> columns,
        PersistDocs persistDocs) {
    /** The materialization of a CSV file. */
    public static final String SEED = "seed";

    /** The materialization of a table whose rows are replaced in part. */
    public static final String INCREMENTAL = "incremental";

    public Model {
        reads = List.copyOf(reads);
        columns = List.copyOf(columns);
    }

    /**
     * dbt's config {@code persist_docs}.
     *
     * @param relation whether the model's own description is stored
     * @param columns whether the descriptions of its columns are stored
     */
    public record PersistDocs(boolean relation, boolean columns) {}

    public String name() {
        return relation.name();
    }

    /** What it is in the database: {@code view} or {@code table}. */
    public String relationType() {
        return materialization.equals("view") ? "view" : "table";
    }

    SqlStep step() {
        return new SqlStep(name(), file, building);
    }
}
