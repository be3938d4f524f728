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
 * <p>Thread-safe. Each connection is a cheap duplicate of one that stays open between {@link #open} and
 * {@link #close}; a connection that its user leaves open keeps the file open. Time zone UTC, insertion order kept,
 * no extension is ever fetched.
 */
public final class DuckDbDataSource implements DataSource, AutoCloseable {
    /** What the name of a file is followed by, to name the folder of what does not fit into memory. */
    static final String SPILLED = ".tmp";

    private static final String AUTOMATIC = "auto";

    /** Of an automatic memory limit: what the queries take on little data. */
    private static final long LEAST_MEGABYTES = 64;

    /** What small accounts take to be built without temporary files. */
    private static final long MEMORY_BYTES_A_DATA_BYTE = 6;

    /** From here on a byte more for each byte of data; exercise_progress needs 230 MB for 2.4 million sets (64 MB). */
    private static final long PLENTY_MEGABYTES = 260;

    private static final long MOST_MEGABYTES = 1024;

    /** From here on a second thread: it saves an eighth of a run then, and a fifth at twice as much data. */
    private static final long SECOND_THREAD_MEGABYTES = 32;

    /** Tried on each column of text, of which most are random ids here: an eighth of a build, for 6 % of its file. */
    private static final String FRUITLESS_COMPRESSION = "fsst,dict_fsst";

    private final String memoryLimit;
    private final int threads;
    private Path file;
    private DuckDBConnection root;
    private boolean readOnly;
    /** The newest statement that anybody has made; steps run one after the other. */
    private volatile Statement newest;

    /**
     * Opens nothing yet.
     *
     * @param memoryLimit in DuckDB's words, such as {@code 512MB}; or {@code auto}, to follow the size of the data
     * @param threads at least 1; or 0, to follow the size of the data and the number of processors
     */
    public DuckDbDataSource(String memoryLimit, int threads) {
        this.memoryLimit = memoryLimit;
        this.threads = threads;
    }

    /** As the other {@code open}, for little data. */
    public void open(Path file) {
        open(file, 0);
    }

    /** As {@link #open(Path, long)}, but a file that is there and stays as it is; others may read it meanwhile. */
    public synchronized void openToRead(Path file, long dataBytes) {
        close();
        open(file, dataBytes, true);
    }

    /**
     * Opens {@code file}, which is made when it is missing, after closing the one that was open.
     *
     * @param dataBytes how large the data is, as Parquet
     * @throws PipelineException with {@link ExitCode#LOCAL_DISK} when another program holds it or the disk refuses,
     *     with {@link ExitCode#CONFIGURATION} when DuckDB refuses the limits or the path has a semicolon
     */
    public synchronized void open(Path file, long dataBytes) {
        close();
        open(file, dataBytes, false);
    }

    private void open(Path file, long dataBytes, boolean toRead) {
        if (file.toString().indexOf(';') >= 0) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The path " + file + " has a semicolon, where DuckDB's driver would end it.",
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
     * Requires that no other program has a file open; the one that was open here is closed.
     *
     * @throws ConfigError naming the program, if one has
     */
    void requireFree(Path file) {
        try {
            open(file);
            close();
        } catch (SystemError unreadable) {
            // Half a build, or no database at all: nobody else's either.
            close();
        }
    }

    /** Whether this file is the one that is open. */
    synchronized boolean isOpen(Path candidate) {
        return candidate.equals(file);
    }

    /** Opens a database without a file, gone with {@link #close}. */
    synchronized void openInMemory() throws SQLException {
        close();
        root = connect("", false, properties(0));
    }

    /** Writes everything to the file and closes it; does nothing when none is open. */
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

    /** Closes the file as it is, in whatever state: for one that is to be deleted. */
    synchronized void abandon() throws SQLException {
        file = null;
        if (root != null) {
            DuckDBConnection abandoned = root;
            root = null;
            abandoned.close();
        }
    }

    /** A connection of its own for the caller, who closes it. */
    @Override
    public synchronized Connection getConnection() throws SQLException {
        if (root == null) {
            throw new SQLException("no DuckDB file is open");
        }
        return watched(root.duplicate());
    }

    /** Notes each statement that the connection makes: whoever runs it has it alone. */
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

    /** Cancels the statement that runs, if one does, from any thread. */
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
        long wanted = Math.min(LEAST_MEGABYTES + MEMORY_BYTES_A_DATA_BYTE * megabytes, PLENTY_MEGABYTES + megabytes);
        return Math.min(wanted, MOST_MEGABYTES) + "MB";
    }

    private static int threadsFor(long dataBytes) {
        boolean isMuch = dataBytes >= SECOND_THREAD_MEGABYTES * 1_000_000;
        return isMuch && Runtime.getRuntime().availableProcessors() > 1 ? 2 : 1;
    }

    private static DuckDBConnection connect(String path, boolean toRead, Properties properties) throws SQLException {
        DuckDBConnection connection = newConnection(path, toRead, properties);
        try (Statement statement = connection.createStatement()) {
            statement.execute("set global TimeZone = 'UTC'");
            // DuckDB takes no notice of it among the properties of a connection.
            statement.execute("set global disabled_compression_methods = '" + FRUITLESS_COMPRESSION + "'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** DuckDB's own message on its options stays whole this way; the driver manager would try other drivers. */
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
                    "DuckDB refuses its limits: " + message,
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
