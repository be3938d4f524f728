package io.github.hevypipeline.routes;

import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    /** Every row of a relation with its values by column: numbers, texts, lists, dates, times in microseconds. */
    public static List<Map<String, Object>> rows(String before, String relation) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("set TimeZone = 'UTC'");
            statement.execute(before);
            String columns = columns(statement, relation);
            try (ResultSet rows = statement.executeQuery("select " + columns + " from " + relation)) {
                List<Map<String, Object>> all = new ArrayList<>();
                int count = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    Map<String, Object> row = new LinkedHashMap<>();
                    for (int i = 1; i <= count; i++) {
                        row.put(rows.getMetaData().getColumnLabel(i), plain(rows.getObject(i)));
                    }
                    all.add(row);
                }
                return all;
            }
        } catch (SQLException e) {
            throw new AssertionError(relation, e);
        }
    }

    private static String columns(Statement statement, String relation) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (ResultSet described = statement.executeQuery("describe select * from " + relation)) {
            while (described.next()) {
                String name = '"' + described.getString(1) + '"';
                boolean time = described.getString(2).startsWith("TIMESTAMP");
                columns.add(time ? "epoch_us(" + name + ") as " + name : name);
            }
        }
        return String.join(", ", columns);
    }

    private static Object plain(Object value) throws SQLException {
        return value instanceof Array list ? Arrays.asList((Object[]) list.getArray()) : value;
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
