package io.github.hevypipeline.scale;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * Takes the place of Hive's JDBC driver in this JVM: notes each statement that changes or creates something, and fails where
 * it is told to.
 *
 * <p>Thread-safe; its owner closes it. A failure before a statement leaves in Spark what a killed driver leaves.
 */
final class SparkFaults implements Driver, AutoCloseable {
    private static final String KILLED = "The driver was killed here.";

    private final Driver hive;
    private final List<String> statements = new ArrayList<>();
    private int writesLeft = Integer.MAX_VALUE;
    private int conflictsLeft;
    private Runnable beforeWrite = () -> {};

    SparkFaults() {
        try {
            hive = Class.forName("org.apache.hive.jdbc.HiveDriver")
                    .asSubclass(Driver.class)
                    .getConstructor()
                    .newInstance();
            DriverManager.drivers()
                    .filter(driver -> driver.getClass() == hive.getClass())
                    .forEach(SparkFaults::deregister);
            DriverManager.registerDriver(this);
        } catch (ReflectiveOperationException | SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void deregister(Driver driver) {
        try {
            DriverManager.deregisterDriver(driver);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Fails every statement after so many that change a table. */
    synchronized void killAfter(int writes) {
        writesLeft = writes;
    }

    /** Fails no statement. */
    synchronized void heal() {
        writesLeft = Integer.MAX_VALUE;
    }

    /** Refuses the next statements that change a table as Delta refuses the later one of two. */
    synchronized void conflict(int times) {
        conflictsLeft = times;
    }

    /** Runs this before the next statement that changes a table; in it no other is caught. */
    synchronized void beforeWrite(Runnable other) {
        beforeWrite = other;
    }

    /** The statements since the last call. */
    synchronized List<String> drain() {
        List<String> drained = List.copyOf(statements);
        statements.clear();
        return drained;
    }

    static boolean isWrite(String sql) {
        return sql.toLowerCase(Locale.ROOT).stripLeading().startsWith("merge into");
    }

    private void meet(String sql) throws SQLException {
        Runnable before = () -> {};
        synchronized (this) {
            statements.add(sql);
            if (writesLeft <= 0) {
                throw new SQLException(KILLED);
            }
            if (isWrite(sql)) {
                if (conflictsLeft > 0) {
                    conflictsLeft--;
                    throw new SQLException(
                            "[DELTA_CONCURRENT_APPEND] Files were added to the root of the table by a concurrent update.");
                }
                writesLeft--;
                before = beforeWrite;
                beforeWrite = () -> {};
            }
        }
        before.run();
    }

    @Override
    public Connection connect(String url, Properties info) throws SQLException {
        Connection real = hive.connect(url, info);
        return real == null ? null : proxy(Connection.class, real);
    }

    @SuppressWarnings("unchecked")
    private <T> T proxy(Class<T> type, Object real) {
        return (T) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getName().startsWith("execute") && arguments != null && arguments[0] instanceof String sql) {
                meet(sql);
            }
            try {
                Object result = method.invoke(real, arguments);
                return result instanceof Statement && method.getName().equals("createStatement")
                        ? proxy(Statement.class, result)
                        : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    @Override
    public boolean acceptsURL(String url) throws SQLException {
        return hive.acceptsURL(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) throws SQLException {
        return hive.getPropertyInfo(url, info);
    }

    @Override
    public int getMajorVersion() {
        return hive.getMajorVersion();
    }

    @Override
    public int getMinorVersion() {
        return hive.getMinorVersion();
    }

    @Override
    public boolean jdbcCompliant() {
        return hive.jdbcCompliant();
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(this);
        DriverManager.registerDriver(hive);
    }
}
