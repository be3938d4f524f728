package io.github.hevypipeline.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's own HTTP server as this program uses it, for the routes that answer a browser.
 *
 * <p>Immutable. Without its properties Camel loads nothing of it. What else Camel can show of itself, as its health,
 * goes through the same server.
 */
final class WebServer {
    /** In the place of a port: nothing is served. */
    static final String NONE = "none";

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    /** Few threads, none of which keeps the process from its end, and no copies of files in a temporary folder. */
    private static final Map<String, String> THREADS_AND_FILES = Map.of(
            "camel.beans.vertxOptions", "#class:io.vertx.core.VertxOptions",
            "camel.beans.vertxOptions.eventLoopPoolSize", "1",
            "camel.beans.vertxOptions.workerPoolSize", "2",
            "camel.beans.vertxOptions.internalBlockingPoolSize", "1",
            "camel.beans.vertxOptions.useDaemonThread", "true",
            "camel.beans.vertxOptions.fileSystemOptions.classPathResolvingEnabled", "false",
            "camel.beans.vertxOptions.fileSystemOptions.fileCachingEnabled", "false");

    private final String host;
    private final String port;

    WebServer(Settings settings) {
        this.host = settings.get("PIPELINE_HTTP_HOST");
        this.port = settings.get("PIPELINE_HTTP_PORT");
    }

    /** Whether it is wanted and its port is free. If it is not free, that is said: no run should fail for it. */
    boolean canStart() {
        if (port.equals(NONE)) {
            return false;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port)));
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "report    is not served: {} cannot be listened on ({}). Set PIPELINE_HTTP_PORT to another port,"
                            + " or to none.",
                    address(),
                    e.getMessage());
            return false;
        }
    }

    /** Adds what makes Camel start it. */
    void addTo(Properties camel) {
        THREADS_AND_FILES.forEach(camel::setProperty);
        camel.setProperty("camel.server.enabled", "true");
        camel.setProperty("camel.server.host", host);
        camel.setProperty("camel.server.port", port);
    }

    /** Where a browser finds it. */
    String address() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }
}
