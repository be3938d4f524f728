package io.github.hevypipeline.mart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
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
 * <p>Not thread-safe. {@code .ci/dbt-spark} makes the Python environment {@code target/spark} that it needs.
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
        ProcessBuilder builder = new ProcessBuilder(command(folder)).redirectErrorStream(true);
        builder.environment().putAll(Map.of(
                "SPARK_HOME", sparkHome().toString(),
                "SPARK_LOCAL_IP", "127.0.0.1",
                "PYSPARK_PYTHON", HOME.resolve("bin/python").toString()));
        process = builder.directory(folder.toFile()).start();
        awaitStart();
        connection = connect();
    }

    private static Path sparkHome() throws IOException {
        try (Stream<Path> folders = Files.find(
                HOME.resolve("lib").toRealPath(), 3, (path, attributes) -> path.endsWith("site-packages/pyspark"))) {
            return folders.findFirst().orElseThrow(() -> new AssertionError("no pyspark in " + HOME));
        }
    }

    private List<String> command(Path folder) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                sparkHome().resolve("bin/spark-submit").toString(),
                "--class",
                "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
                "--master",
                "local[2]",
                "--driver-memory",
                "1g",
                "--driver-class-path",
                HOME + "/ext/*"));
        Map.of(
                        "spark.sql.catalogImplementation", "in-memory",
                        "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
                        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog",
                        "spark.sql.session.timeZone", "UTC",
                        "spark.driver.host", "127.0.0.1",
                        "spark.driver.bindAddress", "127.0.0.1",
                        "spark.ui.enabled", "false",
                        "spark.sql.shuffle.partitions", "2",
                        "spark.databricks.delta.snapshotPartitions", "2",
                        "spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                .forEach((name, value) -> words.addAll(List.of("--conf", name + "=" + value)));
        words.addAll(List.of(
                "--hiveconf",
                "hive.server2.thrift.port=" + port,
                "--hiveconf",
                "hive.server2.thrift.bind.host=127.0.0.1",
                "spark-internal"));
        return words;
    }

    /** Reads its log up to the line that says so; the rest is read on, so that it never waits for its reader. */
    private void awaitStart() throws IOException {
        BufferedReader log = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        String line;
        do {
            line = log.readLine();
            if (line == null) {
                throw new AssertionError("Spark did not start:\n" + said);
            }
            said.append(line).append('\n');
        } while (!line.contains("HiveThriftServer2 started"));
        Thread reader = new Thread(() -> {
            try (log) {
                log.transferTo(java.io.Writer.nullWriter());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
    }

    /** Spark's own folder has the driver and all that it needs. */
    private Connection connect() throws Exception {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(sparkHome().resolve("jars"))) {
            for (Path jar : files.toList()) {
                jars.add(jar.toUri().toURL());
            }
        }
        ClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
        Driver driver = (Driver) Class.forName("org.apache.hive.jdbc.HiveDriver", true, loader)
                .getConstructor()
                .newInstance();
        return driver.connect("jdbc:hive2://127.0.0.1:" + port + "/default", new Properties());
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
    public void close() throws Exception {
        connection.close();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor();
    }
}
