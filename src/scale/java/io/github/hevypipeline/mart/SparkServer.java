package io.github.hevypipeline.mart;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A Thrift Server of Spark with Delta Lake, in a process of its own, and a connection to it.
 *
 * <p>Not thread-safe. {@code .ci/scale-env} makes the Python environment {@code target/spark} that it needs.
 */
final class SparkServer implements AutoCloseable {
    private static final Path HOME = Path.of("target/spark").toAbsolutePath();

    private final int port;
    private final Process process;
    private final Connection connection;

    /** Starts it; {@code folder} keeps its warehouse and its log. */
    SparkServer(Path folder) throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of("deploy/spark/thrift-server").toAbsolutePath().toString());
        builder.environment()
                .putAll(Map.of(
                        "SPARK_ENV", HOME.toString(),
                        "SPARK_THRIFT_PORT", Integer.toString(port),
                        "SPARK_WORK_DIR", folder.resolve("spark").toString()));
        process = builder.redirectError(folder.resolve("spark-errors.txt").toFile())
                .start();
        String ready = process.inputReader(StandardCharsets.UTF_8).readLine();
        if (ready == null) {
            throw new AssertionError(Files.readString(folder.resolve("spark-errors.txt")));
        }
        connection = connect(ready);
    }

    private static Path sparkHome() throws IOException {
        try (Stream<Path> folders = Files.find(
                HOME.resolve("lib").toRealPath(), 3, (path, attributes) -> path.endsWith("site-packages/pyspark"))) {
            return folders.findFirst().orElseThrow(() -> new AssertionError("no pyspark in " + HOME));
        }
    }

    /** Spark's own folder has the driver and all that it needs. */
    private static Connection connect(String url) throws Exception {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(sparkHome().resolve("jars"))) {
            for (Path jar : files.toList()) {
                jars.add(jar.toUri().toURL());
            }
        }
        ClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Driver driver = Class.forName("org.apache.hive.jdbc.HiveDriver", true, loader)
                .asSubclass(Driver.class)
                .getConstructor()
                .newInstance();
        return driver.connect(url + "/default", new Properties());
    }

    int port() {
        return port;
    }

    void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql + "\n" + e.getMessage(), e);
        }
    }

    /** The rows of a select, each by column name in the order of the columns. */
    List<Map<String, Object>> rows(String sql) {
        List<Map<String, Object>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    String label = result.getMetaData().getColumnLabel(i);
                    row.put(label.substring(label.lastIndexOf('.') + 1), result.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(sql + "\n" + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e);
        }
        process.destroy();
        process.onExit().join();
    }
}
