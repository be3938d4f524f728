package io.github.hevypipeline.runtime;

import io.github.hevypipeline.report.Visitors;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import io.vertx.ext.web.Router;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The Vert.x from which Camel creates its web servers, with limits that Camel cannot configure: the Host header must
 * name this machine, idle connections are closed, and the number of connections is bounded.
 *
 * <p>Thread-safe. Uses few threads, all of them daemons, and caches no files in a temporary folder.
 */
final class GuardedVertx extends VertxWrapper {
    private static final int MISDIRECTED = 421;
    /** Per server. Beyond that the oldest connection is closed, so that a new client is served. */
    private static final int MAX_CONNECTIONS = 64;

    private final Map<Integer, Visitors> visitors;
    private final Duration idleTimeout;

    private GuardedVertx(Vertx vertx, Map<Integer, Visitors> visitors, Duration idleTimeout) {
        super((VertxInternal) vertx);
        this.visitors = Map.copyOf(visitors);
        this.idleTimeout = idleTimeout;
    }

    /** {@code visitors} are the accepted Host headers, by the port of the server. */
    static GuardedVertx start(Map<Integer, Visitors> visitors, Duration idleTimeout) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
        return new GuardedVertx(Vertx.vertx(options), visitors, idleTimeout);
    }

    @Override
    public HttpServer createHttpServer() {
        return createHttpServer(new HttpServerOptions());
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
        HttpServer server = super.createHttpServer(new HttpServerOptions(options)
                // HTTP/2 sends no Host header, and Vert.x has two objects for one of its connections.
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(Math.toIntExact(idleTimeout.toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
        return guarded(server.connectionHandler(new Connections()::opened));
    }

    /** Wraps the server's router, so that it gets only requests with an accepted Host header. */
    private HttpServer guarded(HttpServer server) {
        return (HttpServer) Proxy.newProxyInstance(
                HttpServer.class.getClassLoader(), new Class<?>[] {HttpServer.class}, (self, method, arguments) -> {
                    try {
                        boolean routes = arguments != null && arguments[0] instanceof Router;
                        Object result = routes
                                ? method.invoke(server, guarded((Router) arguments[0]))
                                : method.invoke(server, arguments);
                        return result == server ? self : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Handler<HttpServerRequest> guarded(Router router) {
        return request -> {
            Visitors expected = visitors.get(request.localAddress().port());
            if (expected != null && expected.areExpected(request.getHeader("Host"))) {
                router.handle(request);
            } else {
                request.response()
                        .setStatusCode(MISDIRECTED)
                        .putHeader("Content-Type", "text/plain; charset=utf-8")
                        .end("Use the address that the log names; this host name is not accepted.");
            }
        };
    }

    /** The open connections of one server, oldest first. */
    private static final class Connections {
        private final Set<HttpConnection> open = new LinkedHashSet<>();

        synchronized void opened(HttpConnection connection) {
            connection.closeHandler(closed -> forget(connection));
            open.add(connection);
            if (open.size() > MAX_CONNECTIONS) {
                Iterator<HttpConnection> oldest = open.iterator();
                HttpConnection surplus = oldest.next();
                oldest.remove();
                surplus.close();
            }
        }

        private synchronized void forget(HttpConnection connection) {
            open.remove(connection);
        }
    }
}
