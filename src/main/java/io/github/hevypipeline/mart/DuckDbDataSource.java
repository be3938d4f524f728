package io.github.hevypipeline.mart;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.duckdb.DuckDBConnection;

/**
 * One DuckDB file at a time, opened on demand, as a JDBC data source.
 *
 * <p>Thread-safe. Each connection is a cheap duplicate of one that stays open between {@link #open} and {@link #close};
 * a connection left open keeps the file open. The time zone is UTC, insertion order is kept, and no extension is ever
 * downloaded.
 */
public final class DuckDbDataSource implements DataSource, AutoCloseable {
    /** Suffix of the folder beside a database file where DuckDB spills what does not fit into memory. */
    static final String SPILLED = ".tmp";

    private static final String AUTOMATIC = "auto";

    /** The automatic memory limit for little data. */
    private static final long MIN_MEGABYTES = 64;

    /** Memory relative to data with which small accounts are built without temporary files. */
    private static final long MEMORY_FACTOR = 6;

    /** Above this, one byte more for each byte of data; exercise_progress needs 230 MB for 2.4 million sets (64 MB). */
    private static final long PLENTY_MEGABYTES = 260;

    private static final long MAX_MEGABYTES = 1024;

    /** Above this, a second thread: it saves an eighth of a run, and a fifth at twice as much data. */
    private static final long SECOND_THREAD_MEGABYTES = 32;

    /** Most text columns are random ids, which these do not compress: without them a build takes an eighth less. */
    private static final String DISABLED_COMPRESSION = "fsst,dict_fsst";

    private final String memoryLimit;
    private final int threads;
    private Path file;
    private DuckDBConnection root;
    private boolean readOnly;
    /** The statement that runs now; steps run one after the other. */
    private volatile Statement newest;

    /**
     * Opens nothing yet.
     *
     * @param memoryLimit as DuckDB takes it, for example {@code 512MB}; {@code auto} follows the size of the data
     * @param threads 0 follows the size of the data and the number of processors
     */
    public DuckDbDataSource(String memoryLimit, int threads) {
        this.memoryLimit = memoryLimit;
        this.threads = threads;
    }

    /** As the other {@code open}, for little data. */
    public void open(Path file) {
        open(file, 0);
    }

    /** Opens an existing file read-only: other programs may read it meanwhile. */
    public synchronized void openToRead(Path file, long dataBytes) {
        close();
        open(file, dataBytes, true);
    }

    /**
     * Opens or creates {@code file}, after closing the one that was open.
     *
     * @param dataBytes the size of the data as Parquet
     * @throws PipelineException with {@link ExitCode#LOCAL_DISK} if another program holds it or the disk fails,
     *     with {@link ExitCode#CONFIGURATION} if DuckDB rejects the limits or the path has a semicolon
     */
    public synchronized void open(Path file, long dataBytes) {
        close();
        open(file, dataBytes, false);
    }

    private void open(Path file, long dataBytes, boolean toRead) {
        if (file.toString().indexOf(';') >= 0) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The path " + file + " has a semicolon, which DuckDB's driver does not support.",
                    "Choose a path for the DuckDB file without one.");
        }
        this.file = file;
        this.readOnly = toRead;
        try {
            if (!toRead && file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            Properties properties = properties(dataBytes);
            properties.setProperty("temp_directory", file.toAbsolutePath() + SPILLED);
            root = connect(file.toAbsolutePath().toString(), toRead, properties);
        } catch (SQLException e) {
            throw refused(e);
        } catch (IOException e) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    "The folder of " + file + " cannot be made: " + e.getMessage() + ".",
                    "Check the path and the permissions, then run again.",
                    e);
        }
    }

    /**
     * Checks that no other program has a file open. Closes the one that is open here.
     *
     * @throws ConfigError naming the program that has it open
     */
    void requireFree(Path file) {
        try {
            open(file);
            close();
        } catch (SystemError unreadable) {
            // Half a build, or no database: no other program can have it open.
            close();
        }
    }

    /** Whether this file is the one that is open. */
    synchronized boolean isOpen(Path candidate) {
        return candidate.equals(file);
    }

    /** Opens an in-memory database. */
    synchronized void openInMemory() throws SQLException {
        close();
        root = connect("", false, properties(0));
    }

    /** Writes everything to the open file, if there is one, and closes it. */
    @Override
    public synchronized void close() {
        if (root == null) {
            return;
        }
        try (DuckDBConnection closing = root) {
            root = null;
            if (file != null && !readOnly) {
                try (Statement statement = closing.createStatement()) {
                    statement.execute("checkpoint");
                }
            }
        } catch (SQLException e) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    "DuckDB could not finish " + file + ": " + firstLine(e) + ".",
                    "Check the free disk space, then run again.",
                    e);
        } finally {
            file = null;
        }
    }

    /** Closes the open file without a checkpoint, to delete it. */
    synchronized void abandon() throws SQLException {
        file = null;
        if (root != null) {
            DuckDBConnection abandoned = root;
            root = null;
            abandoned.close();
        }
    }

    /** Returns a new connection, which the caller closes. */
    @Override
    public synchronized Connection getConnection() throws SQLException {
        if (root == null) {
            throw new SQLException("no DuckDB file is open");
        }
        return watched(root.duplicate());
    }

    /** Remembers each statement of the connection, for {@link #cancel}. */
    private Connection watched(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                DuckDbDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    try {
                        Object made = method.invoke(connection, arguments);
                        if (made instanceof Statement statement) {
                            newest = statement;
                        }
                        return made;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Cancels the running statement, if there is one. Callable from any thread. */
    public void cancel() throws SQLException {
        Statement running = newest;
        if (running != null && !running.isClosed()) {
            running.cancel();
        }
    }

    /** As {@link #getConnection()}: DuckDB has no users. */
    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    private Properties properties(long dataBytes) {
        Properties properties = new Properties();
        properties.setProperty("memory_limit", memoryLimit.equals(AUTOMATIC) ? limitFor(dataBytes) : memoryLimit);
        properties.setProperty("threads", Integer.toString(threads == 0 ? threadsFor(dataBytes) : threads));
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("preserve_insertion_order", "true");
        return properties;
    }

    private static String limitFor(long dataBytes) {
        long megabytes = dataBytes / 1_000_000;
        long wanted = Math.min(MIN_MEGABYTES + MEMORY_FACTOR * megabytes, PLENTY_MEGABYTES + megabytes);
        return Math.min(wanted, MAX_MEGABYTES) + "MB";
    }

    private static int threadsFor(long dataBytes) {
        boolean isMuch = dataBytes >= SECOND_THREAD_MEGABYTES * 1_000_000;
        return isMuch && Runtime.getRuntime().availableProcessors() > 1 ? 2 : 1;
    }

    private static DuckDBConnection connect(String path, boolean toRead, Properties properties) throws SQLException {
        DuckDBConnection connection = newConnection(path, toRead, properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set global TimeZone = 'UTC'");
            // DuckDB ignores it as a property of the connection.
            statement.execute("set global disabled_compression_methods = '" + DISABLED_COMPRESSION + "'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Bypasses the driver manager, which would try other drivers and lose DuckDB's message about its options. */
    private static DuckDBConnection newConnection(String path, boolean toRead, Properties properties)
            throws SQLException {
        try {
            return DuckDBConnection.newConnection("jdbc:duckdb:" + path, toRead, properties);
        } catch (SQLException e) {
            throw e;
        } catch (Exception e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    private PipelineException refused(SQLException origin) {
        String message = firstLine(origin);
        if (message.contains("lock")) {
            return new ConfigError(
                    ExitCode.LOCAL_DISK,
                    file + " is held by another program: " + message,
                    "Close the program that is named there, then run again.",
                    origin);
        }
        if (message.contains("configuration option")) {
            return new ConfigError(
                    ExitCode.CONFIGURATION,
                    "DuckDB rejects its limits: " + message,
                    "Correct the memory limit and the number of threads, then run again.",
                    origin);
        }
        return new SystemError(
                ExitCode.LOCAL_DISK,
                "DuckDB cannot open " + file + ": " + message,
                "Check that the path is a DuckDB file or free, and that the disk can be written.",
                origin);
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown error");
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        // DuckDB writes no log.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // There is no login.
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("no java.util.logging here");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("this is no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
