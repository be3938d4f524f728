package io.github.hevypipeline.routes;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Asks DuckDB, as a person with a DuckDB client would. */
public final class Sql {
    private Sql() {}

    /** Every row of a query on a DuckDB file, as lists of texts; null stays null. */
    public static List<List<String>> query(Path file, String sql) {
        return query("jdbc:duckdb:" + file, sql);
    }

    /** Every row of a query on no database. */
    public static List<List<String>> query(String sql) {
        return query("jdbc:duckdb:", sql);
    }

    private static List<List<String>> query(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("set TimeZone = 'UTC'");
            try (ResultSet rows = statement.executeQuery(sql)) {
                List<List<String>> all = new ArrayList<>();
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        Object value = rows.getObject(i);
                        row.add(value == null ? null : value.toString());
                    }
                    all.add(row);
                }
                return all;
            }
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** The only value of a query. */
    public static String value(Path file, String sql) {
        return query(file, sql).get(0).get(0);
    }
}
