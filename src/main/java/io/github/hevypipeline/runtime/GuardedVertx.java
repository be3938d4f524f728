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
 * The Vert.x from which Camel makes the web servers of this process, each with the same guards around every endpoint: who
 * asks names this machine, a silent connection is closed, and there are never more than a few.
 *
 * <p>Thread-safe. Few threads, none of which keeps the process from its end, and no copies of files in a temporary folder.
 * Camel passes none of Vert.x's limits on, and there are none by default.
 */
final class GuardedVertx extends VertxWrapper {
    private static final int MISDIRECTED = 421;
    /** Of each server. Beyond them the oldest is closed, so that whoever comes last is answered. */
    private static final int MAX_CONNECTIONS = 64;

    private final Map<Integer, Visitors> visitors;
    private final Duration longestSilence;

    private GuardedVertx(Vertx vertx, Map<Integer, Visitors> visitors, Duration longestSilence) {
        super((VertxInternal) vertx);
        this.visitors = Map.copyOf(visitors);
        this.longestSilence = longestSilence;
    }

    /** {@code visitors} are those who are expected, by the port of a server. */
    static GuardedVertx start(Map<Integer, Visitors> visitors, Duration longestSilence) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(1)
                .setUseDaemonThread(true)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false));
        return new GuardedVertx(Vertx.vertx(options), visitors, longestSilence);
    }

    @Override
    public HttpServer createHttpServer() {
        return createHttpServer(new HttpServerOptions());
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
        HttpServer server = super.createHttpServer(new HttpServerOptions(options)
                // Over HTTP/2 a name comes in no header, and one connection has two objects here.
                .setHttp2ClearTextEnabled(false)
                .setIdleTimeout(Math.toIntExact(longestSilence.toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS));
        return guarded(server.connectionHandler(new Connections()::opened));
    }

    /** The server, whose router is asked only for who is expected. */
    private HttpServer guarded(HttpServer server) {
        return (HttpServer) Proxy.newProxyInstance(
                HttpServer.class.getClassLoader(), new Class<?>[] {HttpServer.class}, (self, method, arguments) -> {
                    try {
                        boolean routes = arguments != null && arguments[0] instanceof Router;
                        Object answer = routes
                                ? method.invoke(server, guarded((Router) arguments[0]))
                                : method.invoke(server, arguments);
                        return answer == server ? self : answer;
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
                        .end("This page is at the address that the log says, under no other name.");
            }
        };
    }

    /** The open connections of one server, the oldest first. */
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
