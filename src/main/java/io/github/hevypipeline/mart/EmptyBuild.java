package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.internal.ProjectSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A project's tables and models without a row, in a DuckDB without a file: what columns they have, without any data.
 *
 * <p>Not thread-safe; owned by whoever opens it. What DuckDB refuses is the project's own failure.
 */
public final class EmptyBuild implements AutoCloseable {
    private final DbtProject project;
    private final DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1);
    private final Connection connection;

    /** All of it, whatever is selected. */
    public EmptyBuild(DbtProject project) {
        this.project = project.only("", "");
        boolean built = false;
        try {
            warehouse.openInMemory();
            connection = warehouse.getConnection();
            this.project.sourceSteps(Map.of()).forEach(this::execute);
            this.project.modelSteps().forEach(this::execute);
            built = true;
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            if (!built) {
                warehouse.close();
            }
        }
    }

    void execute(SqlStep step) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(step.sql());
        } catch (SQLException e) {
            throw project.failure(step, e);
        }
    }

    /** The columns of a table or view in their order, each with its type in DuckDB's words. */
    public Map<String, String> types(Relation relation) {
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

    /** The first column of what a select finds. */
    List<String> values(String select) {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        } catch (SQLException e) {
            throw failure(e);
        }
        return values;
    }

    private RuntimeException failure(SQLException origin) {
        return project.failure(new SqlStep("an empty build", ProjectSettings.FILE, ""), origin);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        } finally {
            warehouse.close();
        }
    }
}
