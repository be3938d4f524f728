package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.Description;
import io.github.hevypipeline.dbt.internal.PersistDocs;
import io.github.hevypipeline.dbt.internal.ProjectFile;
import io.github.hevypipeline.dbt.internal.Reference;
import java.util.List;

/**
 * A model, compiled. Immutable.
 *
 * @param sql its select, with every reference resolved
 * @param published whether it is exported to S3
 * @param references what it reads
 * @param description what its yml file says of it
 * @param persistDocs which of that goes into the database
 */
public record Model(
        ProjectFile file,
        Relation relation,
        String materialization,
        boolean published,
        String sql,
        List<Reference> references,
        Description description,
        PersistDocs persistDocs) {
    public String name() {
        return relation.name();
    }

    /**
     * One statement, or DuckDB would not say the line of an error; its select starts on the first line, so that
     * the line is one of the compiled file.
     */
    SqlStep step() {
        return new SqlStep(
                name(), file.path(), "create or replace " + materialization + " " + relation.quoted() + " as " + sql);
    }
}
