package io.github.hevypipeline.runtime;

import io.github.hevypipeline.report.Visitors;
import io.github.hevypipeline.settings.Settings;
import io.github.hevypipeline.settings.SettingsValidator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.main.Main;
import org.apache.camel.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of Camel's HTTP servers: for the report, or for health, metrics and the developer console.
 *
 * <p>Immutable. Unless {@link #addTo} sets its properties, Camel does not load the server at all.
 */
final class WebServer {
    private static final String REPORT = "PIPELINE_HTTP";
    private static final String OBSERVE = "PIPELINE_OBSERVE";
    private static final String MANAGEMENT = "camel.management.";

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    /** The bean from which Camel creates its servers. */
    private static final String VERTX = "vertx";

    /** The first column of a log line. */
    private final String label;
    /** The prefix of Camel's properties of this server. */
    private final String prefix;

    private final Settings settings;
    private final String setting;
    private final String host;
    private final String port;
    private final Map<String, String> properties;

    private WebServer(String label, String prefix, String setting, Settings settings, Map<String, String> properties) {
        this.label = label;
        this.prefix = prefix;
        this.settings = settings;
        this.setting = setting;
        this.host = settings.get(setting + "_HOST");
        this.port = settings.get(setting + "_PORT");
        this.properties = properties;
    }

    /** Serves the report, by the route in {@code serve.camel.yaml}. */
    static WebServer ofReport(Settings settings) {
        return new WebServer("report    ", "camel.server.", REPORT, settings, Map.of());
    }

    /** Serves health and metrics, at another address than the report, so that other machines may read only these. */
    static WebServer ofManagement(Settings settings) {
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
     * Serves Camel's developer console, which reads JMX, at the address of health and metrics. Camel reloads only the
     * changed route file: reloading all fails for files of several routes.
     */
    static WebServer ofDeveloperConsole(Settings settings) {
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

    /** Whether the server is enabled and its port is free. A port in use is logged; no run fails for it. */
    boolean canStart() {
        if (port.equals(SettingsValidator.NO_PORT)) {
            return false;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(host), Integer.parseInt(port)));
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "{}is not served: cannot listen on {} ({}). Set {}_PORT to another port, or to none.",
                    label,
                    address(),
                    e.getMessage(),
                    setting);
            return false;
        }
    }

    /** Has Camel start the server. After Camel's end, call {@link #close}. */
    void addTo(Main camel, Properties camelProperties) {
        if (camel.lookup(VERTX) == null) {
            camel.bind(VERTX, guarded(settings));
        }
        properties.forEach(camelProperties::setProperty);
        camelProperties.setProperty(prefix + "enabled", "true");
        camelProperties.setProperty(prefix + "host", host);
        camelProperties.setProperty(prefix + "port", port);
    }

    private static GuardedVertx guarded(Settings settings) {
        Map<Integer, Visitors> visitors = new HashMap<>();
        for (String setting : List.of(REPORT, OBSERVE)) {
            String port = settings.get(setting + "_PORT");
            if (!port.equals(SettingsValidator.NO_PORT)) {
                visitors.put(Integer.valueOf(port), new Visitors(settings.get(setting + "_HOST")));
            }
        }
        long idleTimeout = TimeUtils.toMilliSeconds(settings.get("PIPELINE_HTTP_TIMEOUT"));
        return GuardedVertx.start(visitors, Duration.ofMillis(idleTimeout));
    }

    /** Closes the Vert.x of all servers of this process, if there are any. */
    static void close(Main camel) {
        GuardedVertx vertx = camel.lookup(VERTX, GuardedVertx.class);
        if (vertx != null) {
            vertx.close();
        }
    }

    /** The base URL. */
    String address() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }
}
