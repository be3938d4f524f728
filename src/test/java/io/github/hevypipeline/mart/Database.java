package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.SqlStep;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A DuckDB without a file, and what tests do in it. */
public final class Database implements AutoCloseable {
    private final DuckDbDataSource warehouse = new DuckDbDataSource("512MB", 2);

    public Database() {
        try {
            warehouse.openInMemory();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public Database execute(String sql) {
        try (Connection connection = warehouse.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return this;
        } catch (SQLException e) {
            throw new AssertionError(sql + "\n" + e.getMessage(), e);
        }
    }

    /** The raw tables empty, and the models on them. */
    public Database build(DbtProject project) {
        return build(project, Map.of());
    }

    public Database build(DbtProject project, Map<String, List<Path>> files) {
        RawTables.steps(project, files).forEach(this::run);
        return buildModels(project);
    }

    public Database buildModels(DbtProject project) {
        project.modelSteps().forEach(this::run);
        return this;
    }

    private void run(SqlStep step) {
        execute(step.sql());
    }

    /** Runs the one data test of this name and gives its failures. */
    public long failures(DbtProject project, String test) {
        return test(project, test, new DataTestResults(List.of())).failures();
    }

    /** Runs the one data test of this name and adds how it ended. */
    DataTestResult test(DbtProject project, String name, DataTestResults results) {
        DataTest found = project.dataTests().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no test " + name + " in " + project.dataTests()));
        List<String> row = row(found.sql());
        Map<String, Object> answer = new HashMap<>();
        answer.put("failures", row.get(0) == null ? null : Long.valueOf(row.get(0)));
        answer.put("should_warn", row.get(1) == null ? null : Boolean.valueOf(row.get(1)));
        answer.put("should_error", row.get(2) == null ? null : Boolean.valueOf(row.get(2)));
        results.add(found, answer);
        List<DataTestResult> all = results.all();
        return all.get(all.size() - 1);
    }

    public List<List<String>> rows(String sql) {
        List<List<String>> rows = new ArrayList<>();
        try (Connection connection = warehouse.getConnection();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                throw new AssertionError("no result set: " + sql);
            }
            try (ResultSet result = statement.getResultSet()) {
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(row);
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(sql + "\n" + e.getMessage(), e);
        }
    }

    public List<String> row(String sql) {
        List<List<String>> rows = rows(sql);
        if (rows.size() != 1) {
            throw new AssertionError(rows.size() + " rows: " + sql);
        }
        return rows.get(0);
    }

    /** The columns of a table or view with their types, in their order. */
    List<String> columns(String table) {
        return rows("select column_name || ' ' || data_type from duckdb_columns() where table_name = '" + table
                        + "' order by column_index")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }

    public DuckDbDataSource warehouse() {
        return warehouse;
    }

    @Override
    public void close() {
        warehouse.close();
    }
}
