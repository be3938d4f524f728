package io.github.hevypipeline.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Another program that has a DuckDB file open, until it is closed: a process of its own, since the lock is a process's.
 *
 * <p>Owned by one test.
 */
public final class DuckDbHolder implements AutoCloseable {
    private final Process process;

    private DuckDbHolder(Process process) {
        this.process = process;
    }

    /** Opens a file, which is made if it is missing, as a person does who may write to it. */
    static DuckDbHolder of(Path file) throws IOException {
        return start(file, "automatic");
    }

    /** Opens a file as a person does who only reads. */
    public static DuckDbHolder reading(Path file) throws IOException {
        return start(file, "read_only");
    }

    private static DuckDbHolder start(Path file, String accessMode) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DuckDbHolder.class.getName(),
                        file.toString(),
                        accessMode)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() != 'h') {
            process.destroyForcibly();
            throw new IOException("another program could not open " + file);
        }
        return new DuckDbHolder(process);
    }

    long pid() {
        return process.pid();
    }

    /** Whether it still has the file. */
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** The other program: says that it has the file, and keeps it until its standard input ends. */
    public static void main(String[] arguments) throws SQLException, IOException {
        Properties properties = new Properties();
        properties.setProperty("access_mode", arguments[1]);
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + arguments[0], properties)) {
            if (!connection.isClosed()) {
                System.out.write('h');
                System.out.flush();
                System.in.read();
            }
        }
    }
}
