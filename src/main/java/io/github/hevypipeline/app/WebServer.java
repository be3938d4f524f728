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
 * One of Camel's own HTTP servers as this program uses them: for browsers, or for those who watch the process.
 *
 * <p>Immutable. Without its properties Camel loads nothing of it.
 */
final class WebServer {
    /** In the place of a port: nothing is served. */
    static final String NONE = "none";

    private static final String OBSERVE = "PIPELINE_OBSERVE";
    private static final String MANAGEMENT = "camel.management.";

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

    private final String what;
    /** Of the properties by which Camel knows it. */
    private final String prefix;

    private final String setting;
    private final String host;
    private final String port;
    private final Map<String, String> properties;

    private WebServer(String what, String prefix, String setting, Settings settings, Map<String, String> properties) {
        this.what = what;
        this.prefix = prefix;
        this.setting = setting;
        this.host = settings.get(setting + "_HOST");
        this.port = settings.get(setting + "_PORT");
        this.properties = properties;
    }

    /** For the route that answers a browser. */
    static WebServer ofReport(Settings settings) {
        return new WebServer("report    ", "camel.server.", "PIPELINE_HTTP", settings, Map.of());
    }

    /** For health and metrics, apart from the report, so that more machines may ask for them than may read it. */
    static WebServer ofWatching(Settings settings) {
        return new WebServer(
                "observe   ",
                MANAGEMENT,
                OBSERVE,
                settings,
                Map.of(
                        "camel.management.healthCheckEnabled", "true",
                        "camel.management.metricsEnabled", "true",
                        "camel.health.exposureLevel", "full",
                        "camel.health.routesEnabled", "false",
                        "camel.health.consumersEnabled", "false",
                        "camel.metrics.enabled", "true",
                        "camel.metrics.enableExchangeEventNotifier", "false"));
    }

    /**
     * For who changes routes: Camel's developer console, at the address of health and metrics; it reads JMX. A changed
     * file is loaded again alone: Camel stumbles over files of several routes when it loads all of them again.
     */
    static WebServer ofDeveloper(Settings settings) {
        return new WebServer(
                "console   ",
                MANAGEMENT,
                OBSERVE,
                settings,
                Map.of(
                        "camel.main.devConsoleEnabled", "true",
                        "camel.main.jmxEnabled", "true",
                        "camel.main.routesReloadRemoveAllRoutes", "false",
                        "camel.management.devConsoleEnabled", "true"));
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
                    "{}is not served: {} cannot be listened on ({}). Set {}_PORT to another port, or to none.",
                    what,
                    address(),
                    e.getMessage(),
                    setting);
            return false;
        }
    }

    /** Adds what makes Camel start it. */
    void addTo(Properties camel) {
        THREADS_AND_FILES.forEach(camel::setProperty);
        properties.forEach(camel::setProperty);
        camel.setProperty(prefix + "enabled", "true");
        camel.setProperty(prefix + "host", host);
        camel.setProperty(prefix + "port", port);
    }

    /** Where it is found. */
    String address() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }
}
