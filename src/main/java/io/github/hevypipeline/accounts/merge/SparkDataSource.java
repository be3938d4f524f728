package io.github.hevypipeline.accounts.merge;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * One session of a Thrift Server as a JDBC data source. Temporary views last until {@link #close}.
 *
 * <p>Thread-safe. A session that has failed is closed; the next connection opens another.
 */
public final class SparkDataSource implements DataSource, AutoCloseable {
    private static final String DRIVER = "org.apache.hive.jdbc.HiveDriver";

    private final String url;
    private final Properties login = new Properties();
    private Connection session;

    /** Connects later; {@code user} and {@code password} may be empty. */
    public SparkDataSource(String url, String user, String password) {
        this.url = url;
        if (!user.isEmpty()) {
            login.setProperty("user", user);
            login.setProperty("password", password);
        }
    }

    @Override
    public synchronized Connection getConnection() throws SQLException {
        if (session == null) {
            try {
                Class.forName(DRIVER);
            } catch (ClassNotFoundException e) {
                throw new SystemError(
                        ExitCode.CONFIGURATION,
                        "This jar has no driver for TRANSFORM_JDBC_URL: " + DRIVER + ".",
                        "Use hevy-pipeline-scale.jar, which mvn -Pscale package builds.",
                        e);
            }
            session = DriverManager.getConnection(url, login);
        }
        Connection real = session;
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("The login is a setting.");
    }

    /** Ends the session, if there is one. */
    @Override
    public synchronized void close() throws SQLException {
        if (session != null) {
            Connection ended = session;
            session = null;
            ended.close();
        }
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
