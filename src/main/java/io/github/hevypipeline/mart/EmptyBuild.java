package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.ColumnTypes;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.ProjectDocs;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A project built without data in an in-memory DuckDB, to find the columns of its tables and models.
 *
 * <p>Not thread-safe. Throws a PipelineException naming the file if DuckDB rejects a model.
 */
public final class EmptyBuild implements ColumnTypes, AutoCloseable {
    private final DbtProject project;
    private final DuckDbDataSource dataSource = new DuckDbDataSource("256MB", 1);
    private final Connection connection;

    /** Builds the whole project, also the models that are not selected. */
    private EmptyBuild(DbtProject project) {
        this.project = project.only("", "");
        boolean built = false;
        try {
            dataSource.openInMemory();
            connection = dataSource.getConnection();
            RawTables.steps(this.project, Map.of()).forEach(this::execute);
            this.project.modelSteps().forEach(this::execute);
            built = true;
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            if (!built) {
                dataSource.close();
            }
        }
    }

    /** Describes a project, with the types that DuckDB gives its columns. */
    public static ProjectDocs docs(DbtProject project) {
        try (EmptyBuild build = new EmptyBuild(project)) {
            return project.docs(build);
        }
    }

    private void execute(SqlStep step) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(step.sql());
        } catch (SQLException e) {
            throw SqlFailure.of(project, step, e);
        }
    }

    @Override
    public Map<String, String> of(Relation relation) {
        Map<String, String> types = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet columns = statement.executeQuery("describe " + relation.quoted())) {
            while (columns.next()) {
                types.put(columns.getString("column_name"), columns.getString("column_type"));
            }
        } catch (SQLException e) {
            throw failure(e);
        }
        return types;
    }

    private RuntimeException failure(SQLException origin) {
        return SqlFailure.of(project, new SqlStep("an empty build", DbtProject.FILE, ""), origin);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            dataSource.close();
        }
    }
}
