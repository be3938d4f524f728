package io.github.hevypipeline.scale;

import io.github.hevypipeline.demo.EmbeddedS3;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Spark's Thrift Server as {@code deploy/spark/thrift-server} starts it. {@code .ci/scale-env} makes what it needs.
 *
 * <p>Owned by one test, which closes it.
 */
public final class ThriftServer implements AutoCloseable {
    private final Process process;
    private final String url;

    /** Starts it; {@code folder} keeps its files, and it reads and writes other folders. */
    public ThriftServer(Path folder) throws IOException {
        this(folder, Map.of());
    }

    /** Starts it; {@code folder} keeps its files, {@code s3} is what it reads and writes. */
    public ThriftServer(Path folder, EmbeddedS3 s3) throws IOException {
        this(
                folder,
                Map.of(
                        "S3_ENDPOINT_URL", s3.endpoint().toString(),
                        "AWS_ACCESS_KEY_ID", s3.accessKey(),
                        "AWS_SECRET_ACCESS_KEY", s3.secretKey()));
    }

    private ThriftServer(Path folder, Map<String, String> store) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("deploy/spark/thrift-server").redirectErrorStream(true);
        try (ServerSocket free = new ServerSocket(0)) {
            builder.environment().put("SPARK_THRIFT_PORT", Integer.toString(free.getLocalPort()));
        }
        builder.environment()
                .putAll(Map.of(
                        "SPARK_WORK_DIR",
                        folder.toString(),
                        "SPARK_JAVA_OPTIONS",
                        "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
        builder.environment().putAll(store);
        process = builder.start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        String line = output.readLine();
        while (line != null && !line.startsWith("jdbc:")) {
            said.append(line).append('\n');
            line = output.readLine();
        }
        if (line == null) {
            throw new AssertionError("Spark did not start:\n" + said);
        }
        url = line;
    }

    /** Its address for JDBC. */
    public String url() {
        return url;
    }

    /** The rows of a query, by column name. */
    public List<Map<String, Object>> rows(String sql) throws SQLException {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    String label = result.getMetaData().getColumnLabel(i);
                    row.put(label.substring(label.lastIndexOf('.') + 1), result.getObject(i));
                }
                rows.add(row);
            }
        }
        return rows;
    }

    /** The raw rows of every account, by account. */
    public Map<String, AccountTables> rawTables() throws SQLException {
        Map<String, AccountTables> accounts = new TreeMap<>();
        for (Map<String, Object> table : rows("show tables in hevy_raw")) {
            String name = String.valueOf(table.get("tableName"));
            // A view of a session is listed besides.
            if (!name.startsWith("_") && !name.startsWith("committed") && !name.contains("package_of_")) {
                for (Map<String, Object> row : rows("select * from hevy_raw.`" + name + "`")) {
                    row.values().removeIf(value -> value == null);
                    accounts.computeIfAbsent(String.valueOf(row.get("account_id")), id -> new AccountTables())
                            .add(name, row);
                }
            }
        }
        return accounts;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
