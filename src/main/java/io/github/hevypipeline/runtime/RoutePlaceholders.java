package io.github.hevypipeline.runtime;

import io.github.hevypipeline.hevy.export.ExportFiles;
import io.github.hevypipeline.http.HttpProxy;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import io.github.hevypipeline.settings.SettingsValidator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.camel.Ordered;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.util.TimeUtils;

/**
 * Resolves the placeholders in the routes: settings, and values derived from settings and the command.
 *
 * <p>Immutable. A source of its own since it also resolves secrets, and Camel may print its initial properties.
 */
final class RoutePlaceholders implements PropertiesSource, Ordered {
    private static final Set<String> PATHS =
            Set.of("DLT_PIPELINE_DIR", "DBT_DUCKDB_PATH", "REPORT_PATH", "HEVY_ACCOUNTS");
    private static final long MAX_CONNECT_MILLIS = 10_000;
    /** Pages per fetcher in a window, so that fetchers seldom wait for the slowest one; one account of many gets a share. */
    private static final int ROUNDS_OF_A_WINDOW = 8;

    private final Settings settings;
    private final Map<String, String> derived = new HashMap<>();

    /** {@code uses} tests whether a route file is loaded. */
    RoutePlaceholders(Settings settings, Command command, Predicate<String> uses, boolean scheduled) {
        this.settings = settings;
        derived.put("PIPELINE_RUNS", scheduled ? "0" : "1");
        if (scheduled) {
            derived.put("PIPELINE_TIMER", "#bean:" + ScheduledProcess.TIMER);
        }
        derived.put("PIPELINE_COMMAND", command.word());
        derived.put("ROWS_HIDDEN", Boolean.toString(!uses.test("show")));
        derived.put("FETCHED_RESOURCES", command.includes(Command.EXTRACT) ? settings.get("HEVY_RESOURCES") : "-");
        derived.put("HEVY_SOURCE", settings.sourceMark());
        if (uses.test("hevy")) {
            deriveHevy(command);
        }
        boolean usesExport = settings.has(Settings.HEVY_EXPORT) && !command.isOfAccounts();
        if (usesExport && command.includes(Command.EXTRACT)) {
            deriveExport();
        }
        derived.put("WITHOUT_KAFKA", Boolean.toString(command != Command.WORKER));
        derived.put("DEAD_LETTERS", command == Command.WORKER ? "send-letter" : "put-letter");
        derived.put("ACCOUNTS_UNMERGED", Boolean.toString(!settings.has("TRANSFORM_JDBC_URL")));
        derived.put("HEVY_PROXY", proxy(settings.get("HEVY_BASE_URL")));
        derived.put("S3_PROXY", proxy(HttpProxy.s3(settings::get)));
        if (uses.test("duckdb")) {
            long limit = TimeUtils.toMilliSeconds(settings.get("TRANSFORM_TIMEOUT"));
            derived.put("TRANSFORM_TIMEOUT_SECONDS", Long.toString(wholeSeconds(limit)));
        }
        derived.put("USES_HEVY", Boolean.toString(uses.test("hevy")));
        derived.put("USES_EXPORT", Boolean.toString(usesExport));
        derived.put("USES_DEFAULT_ZONE", Boolean.toString(settings.hasDefaultZone()));
        derived.put("USES_LAKE", Boolean.toString(uses.test("lake")));
        derived.put("USES_DUCKDB", Boolean.toString(uses.test("duckdb")));
    }

    private String proxy(String server) {
        return HttpProxy.to(server, settings::get, System.getProperties())
                .map(HttpProxy::uri)
                .orElse("");
    }

    /**
     * Some options of Camel take milliseconds without a unit, others only a duration with one. A throttle requires a
     * period above zero even if it is disabled.
     */
    private void deriveHevy(Command command) {
        long limit = TimeUtils.toMilliSeconds(settings.get("HEVY_TIMEOUT"));
        long gap = TimeUtils.toMilliSeconds(settings.get("HEVY_REQUEST_GAP"));
        derived.put("HEVY_TIMEOUT_MILLIS", Long.toString(limit));
        derived.put("HEVY_CONNECT_MILLIS", Long.toString(Math.min(limit, MAX_CONNECT_MILLIS)));
        derived.put("HEVY_GAP_MILLIS", Long.toString(Math.max(1, gap)));
        derived.put("HEVY_UNPACED", Boolean.toString(gap == 0));
        int fetchers = Integer.parseInt(settings.get("HEVY_CONCURRENCY"));
        int accounts = command.isOfAccounts() ? Integer.parseInt(settings.get("ACCOUNTS_CONCURRENCY")) : 1;
        String rate = command.isOfAccounts() ? settings.get("ACCOUNTS_REQUEST_RATE") : "0";
        derived.put("HEVY_FETCHERS", Integer.toString(fetchers * accounts));
        derived.put("HEVY_WINDOW", Integer.toString(command.isOfAccounts() ? fetchers : fetchers * ROUNDS_OF_A_WINDOW));
        derived.put("PROCESS_UNPACED", Boolean.toString(rate.equals("0")));
        derived.put("PROCESS_REQUEST_RATE", rate.equals("0") ? "1" : rate);
        for (String time : List.of("HEVY_RETRY_DELAY", "HEVY_MAX_WAIT")) {
            derived.put(time, TimeUtils.toMilliSeconds(settings.get(time)) + "ms");
        }
    }

    /** What the files of the export have, beside what the key gives. */
    private void deriveExport() {
        List<String> resources = new ArrayList<>();
        if (settings.has(Settings.HEVY_API_KEY)) {
            resources.add(settings.get("HEVY_RESOURCES"));
        }
        resources.add("exported_workouts");
        String location = settings.get(Settings.HEVY_EXPORT);
        boolean mayArrive = derived.containsKey("PIPELINE_TIMER") && ExportFiles.isFolder(location);
        if (mayArrive || ExportFiles.find(location).measurements().isPresent()) {
            resources.add("exported_measurements");
        }
        derived.put("HEVY_RESOURCES", String.join(",", resources));
        derived.put("FETCHED_RESOURCES", String.join(",", resources));
    }

    /** Rounds up, since 0 means no limit. */
    private static long wholeSeconds(long millis) {
        return (millis + 999) / 1000;
    }

    @Override
    public String getName() {
        return "settings";
    }

    @Override
    public String getProperty(String name) {
        String value = derived.getOrDefault(name, settings.get(name));
        if (PATHS.contains(name) && SettingsValidator.NOT_TEXT.matcher(value).matches()) {
            return "./" + value;
        }
        return value.isEmpty() ? null : value;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST;
    }
}
