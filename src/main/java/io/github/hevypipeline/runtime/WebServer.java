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
 * One of Camel's own HTTP servers as this program uses them: for browsers, or for those who watch the process.
 *
 * <p>Immutable. Without its properties Camel loads nothing of it.
 */
final class WebServer {
    private static final String BROWSE = "PIPELINE_HTTP";
    private static final String OBSERVE = "PIPELINE_OBSERVE";
    private static final String MANAGEMENT = "camel.management.";

    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);
    /** The name by which Camel is given what it makes its servers from. */
    private static final String VERTX = "vertx";

    private final String what;
    /** Of the properties by which Camel knows it. */
    private final String prefix;

    private final Settings settings;
    private final String setting;
    private final String host;
    private final String port;
    private final Map<String, String> properties;

    private WebServer(String what, String prefix, String setting, Settings settings, Map<String, String> properties) {
        this.what = what;
        this.prefix = prefix;
        this.settings = settings;
        this.setting = setting;
        this.host = settings.get(setting + "_HOST");
        this.port = settings.get(setting + "_PORT");
        this.properties = properties;
    }

    /** For the route that answers a browser. */
    static WebServer ofReport(Settings settings) {
        return new WebServer("report    ", "camel.server.", BROWSE, settings, Map.of());
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
        if (port.equals(SettingsValidator.NO_PORT)) {
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

    /** Adds what makes Camel start it; {@link #close} ends what it is started from. */
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
        for (String setting : List.of(BROWSE, OBSERVE)) {
            String port = settings.get(setting + "_PORT");
            if (!port.equals(SettingsValidator.NO_PORT)) {
                visitors.put(Integer.valueOf(port), new Visitors(settings.get(setting + "_HOST")));
            }
        }
        long silence = TimeUtils.toMilliSeconds(settings.get("PIPELINE_HTTP_TIMEOUT"));
        return GuardedVertx.start(visitors, Duration.ofMillis(silence));
    }

    /** Ends what the servers of a process were started from, if there are any. */
    static void close(Main camel) {
        GuardedVertx vertx = camel.lookup(VERTX, GuardedVertx.class);
        if (vertx != null) {
            vertx.close();
        }
    }

    /** Where it is found. */
    String address() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }
}
