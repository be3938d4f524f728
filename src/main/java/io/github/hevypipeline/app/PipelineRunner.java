package io.github.hevypipeline.app;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.observe.RunIds;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.raw.Committed;
import io.github.hevypipeline.raw.Load;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Ordered;
import org.apache.camel.main.Main;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.util.ObjectHelper;
import org.apache.camel.util.TimeUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts Camel with the routes of a command, waits for its end and says how it ended.
 *
 * <p>Not thread-safe; made for one command. With a period the process stays up, a failed run is reported, and the next
 * one begins after it; without one the first run is the last.
 */
final class PipelineRunner {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);
    private static final String PIPELINE_ROUTE = "pipeline";
    private static final long LONGEST_CONNECT_MILLIS = 10_000;

    private final Settings settings;
    private final Command command;
    private final Map<String, Object> beans;
    private Set<String> leftOut = Set.of();
    private LiveLine live;
    /** Null for a single run. */
    private ScheduledProcess scheduled;

    private final Diagnosis diagnosis;
    private final Signals signals;
    /** How the last run ended; null before its end. */
    private final AtomicReference<Outcome> outcome = new AtomicReference<>();

    private final AtomicBoolean underWay = new AtomicBoolean();

    /** {@code beans} are those of the routes that the command line makes, by their names. */
    PipelineRunner(Settings settings, Command command, Map<String, Object> beans, Signals signals) {
        this.beans = Map.copyOf(beans);
        this.signals = signals;
        this.settings = settings;
        this.diagnosis =
                new Diagnosis(settings.get("HEVY_BASE_URL"), settings.get("DLT_PIPELINE_DIR"), Clock.systemUTC());
        this.command = command;
    }

    /** Leaves out some of the command's route files, which the others can do without. */
    PipelineRunner without(Set<String> routeFiles) {
        leftOut = Set.copyOf(routeFiles);
        return this;
    }

    /** Tells the progress as a live line, if there is one, which may be null; otherwise as log lines. */
    PipelineRunner tellingBy(LiveLine line) {
        live = line;
        return this;
    }

    private boolean uses(String routeFile) {
        return command.routeFiles().contains(routeFile) && !leftOut.contains(routeFile);
    }

    /** Runs the command; the answer is that of the last run, or that a signal has ended it. */
    Outcome run() {
        ProjectFolder routes = ProjectFolder.find("routes", "pipeline.camel.yaml");
        Main camel = new Main();
        camel.setDefaultPropertyPlaceholderLocation("false");
        Properties properties = settings.camelProperties();
        List<String> files =
                new ArrayList<>(command.routeFiles().stream().filter(this::uses).toList());
        Progress progress = new Progress(live);
        if (isScheduled()) {
            scheduled = new ScheduledProcess(settings, progress);
            scheduled.addTo(camel, properties, files);
        }
        if (isDeveloped()) {
            addConsole(properties);
        }
        camel.setInitialProperties(properties);
        camel.configure().setRoutesIncludePattern(places(files, routes));
        camel.bind("settings", placeholders());
        camel.bind("runs", runs(camel::completed));
        camel.bind("progress", progress);
        beans.forEach(camel::bind);
        signals.listen(camel::completed);
        try {
            camel.run();
        } catch (Exception e) {
            return routes.editable() ? diagnosis.ofEditedRoutes(e, routes.path()) : diagnosis.ofRun(e);
        } finally {
            if (scheduled != null) {
                scheduled.close();
            }
        }
        return signals.received().map(this::ofSignal).orElseGet(this::ofLastRun);
    }

    /** A scheduled process ends because it was told to; each of its runs has been reported. */
    Outcome ofLastRun() {
        return outcome.get() == null || isScheduled() ? Outcome.DONE : outcome.get();
    }

    private Outcome ofSignal(ExitCode signal) {
        if (underWay.get()) {
            return new Outcome(
                    signal,
                    "Stopped by a signal, without waiting any longer for a request that hangs.",
                    "Run again; it makes good what was left.");
        }
        Outcome last = outcome.get();
        if (last == null || (isScheduled() && last.exitCode() != ExitCode.TERMINATED)) {
            return new Outcome(signal, "Stopped by a signal; no run was under way.", "Run again when you like.");
        }
        if (last.exitCode() == ExitCode.DONE) {
            return new Outcome(signal, "Stopped by a signal; the run was done by then.", "Run again when you like.");
        }
        return last.exitCode() == ExitCode.TERMINATED ? last.with(signal) : last;
    }

    /** Notes how each run ends, and has the process ended after the only one. */
    EventNotifier runs(Runnable end) {
        return new Runs(end);
    }

    /** Gives each placeholder of the routes its value. */
    PropertiesSource placeholders() {
        return new SettingsSource();
    }

    private static String places(List<String> files, ProjectFolder folder) {
        return files.stream()
                .map(file -> (folder.editable() ? "file:" : "classpath:") + "routes/" + file + ".camel.yaml")
                .collect(Collectors.joining(","));
    }

    private boolean isScheduled() {
        return command == Command.RUN && settings.has("PIPELINE_PERIOD");
    }

    /** In Camel's profile for developers, as {@code mvn camel:dev} sets it, the process stays up after a single run. */
    private static boolean isDeveloped() {
        return "dev".equals(System.getProperty("camel.main.profile"));
    }

    private void addConsole(Properties properties) {
        WebServer console = WebServer.ofDeveloper(settings);
        if (console.canStart()) {
            console.addTo(properties);
            LOG.info("console   is at {}q/dev; a changed route file is loaded again at once", console.address());
        }
    }

    /** Gives placeholders their values, secrets too, which Camel's own properties would print. */
    private final class SettingsSource implements PropertiesSource, Ordered {
        private final Map<String, String> derived = new HashMap<>();

        SettingsSource() {
            derived.put("PIPELINE_RUNS", isScheduled() ? "0" : "1");
            if (isScheduled()) {
                derived.put("PIPELINE_TIMER", "#bean:" + ScheduledProcess.TIMER);
            }
            derived.put("STEP_EXTRACT", Boolean.toString(command.takes(Command.EXTRACT)));
            derived.put("FETCHED_RESOURCES", command.takes(Command.EXTRACT) ? settings.get("HEVY_RESOURCES") : "-");
            derived.put("HEVY_SOURCE", settings.sourceMark());
            if (uses("hevy")) {
                deriveHevy();
            }
            derived.put("USES_HEVY", Boolean.toString(uses("hevy")));
            derived.put("USES_LAKE", Boolean.toString(uses("lake")));
            derived.put("USES_DUCKDB", Boolean.toString(uses("duckdb")));
            derived.put("BUILD_ALWAYS", Boolean.toString(command == Command.TRANSFORM));
            derived.put("STEP_TRANSFORM", Boolean.toString(command.takes(Command.TRANSFORM)));
            derived.put("STEP_VALIDATE_ONLY", Boolean.toString(command == Command.VALIDATE));
            derived.put("STEP_REPORT_ONLY", Boolean.toString(command == Command.REPORT));
            derived.put("STEP_FRESHNESS", Boolean.toString(command.takes(Command.FRESHNESS)));
            derived.put("STEP_SHOW", Boolean.toString(command.takes(Command.SHOW) && uses("show")));
            derived.put("STEP_DOCS", Boolean.toString(command.takes(Command.DOCS)));
            derived.put("STEP_DOCTOR", Boolean.toString(command.takes(Command.DOCTOR)));
        }

        /** Where Camel wants milliseconds. A throttle wants a period above zero even where it is disabled. */
        private void deriveHevy() {
            long limit = TimeUtils.toMilliSeconds(settings.get("HEVY_TIMEOUT"));
            long gap = TimeUtils.toMilliSeconds(settings.get("HEVY_REQUEST_GAP"));
            derived.put("HEVY_TIMEOUT_MILLIS", Long.toString(limit));
            derived.put("HEVY_CONNECT_MILLIS", Long.toString(Math.min(limit, LONGEST_CONNECT_MILLIS)));
            derived.put("HEVY_GAP_MILLIS", Long.toString(Math.max(1, gap)));
            derived.put("HEVY_UNPACED", Boolean.toString(gap == 0));
        }

        @Override
        public String getName() {
            return "settings";
        }

        @Override
        public String getProperty(String name) {
            String value = derived.getOrDefault(name, settings.get(name));
            return value.isEmpty() ? null : value;
        }

        @Override
        public int getOrder() {
            return Ordered.HIGHEST;
        }
    }

    /** Notes how each run of the pipeline ended, and ends the process after the only one. */
    private final class Runs extends EventNotifierSupport {
        private final Runnable end;

        Runs(Runnable end) {
            this.end = end;
            setIgnoreCamelContextEvents(true);
            setIgnoreRouteEvents(true);
            setIgnoreServiceEvents(true);
            setIgnoreExchangeSendingEvents(true);
            setIgnoreExchangeSentEvents(true);
            setIgnoreStepEvents(true);
        }

        @Override
        public boolean isEnabled(CamelEvent event) {
            return event instanceof CamelEvent.ExchangeCreatedEvent
                    || event instanceof CamelEvent.ExchangeCompletedEvent
                    || event instanceof CamelEvent.ExchangeFailedEvent
                    || (scheduled != null && event instanceof CamelEvent.ExchangeRedeliveryEvent);
        }

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeRedeliveryEvent) {
                scheduled.requestRepeated();
                return;
            }
            Exchange exchange = ((CamelEvent.ExchangeEvent) event).getExchange();
            // The parts of a split come from the timer too, and end before the run.
            boolean isRun = PIPELINE_ROUTE.equals(exchange.getFromRouteId())
                    && exchange.getFromEndpoint().getEndpointUri().startsWith("timer")
                    && exchange.getProperty(ExchangePropertyKey.CORRELATION_ID) == null;
            if (!isRun) {
                return;
            }
            if (event instanceof CamelEvent.ExchangeCreatedEvent) {
                underWay.set(true);
                if (scheduled != null) {
                    scheduled.runBegun();
                }
                return;
            }
            Outcome ended = outcome(exchange);
            outcome.set(ended);
            underWay.set(false);
            if (scheduled == null) {
                if (!isDeveloped()) {
                    end.run();
                } else if (ended.exitCode() != ExitCode.DONE) {
                    LOG.error("{}", ended.describe());
                }
                return;
            }
            scheduled.runEnded(ended, exchange.getVariable("committed", Committed.class));
            // The process ends after a signal, and says why itself.
            if (ended.exitCode() != ExitCode.DONE && ended.exitCode() != ExitCode.TERMINATED) {
                LOG.error("{}", ended.describe());
            }
            RunIds.run(null);
        }

        private Outcome outcome(Exchange exchange) {
            Exception failure = exchange.getException();
            if (failure == null) {
                return Outcome.DONE;
            }
            boolean isRejected = ObjectHelper.getException(RejectedExecutionException.class, failure) != null;
            if (isRejected && exchange.getContext().isStopping()) {
                // Camel does not repeat a request once it is told to stop.
                return Outcome.of(Stopping.stopped(
                        exchange.getVariable("load", Load.class), exchange.getVariable("committed", Committed.class)));
            }
            return diagnosis.ofRun(failure);
        }
    }
}
