package io.github.hevypipeline.runtime;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.mart.DuckDbDataSource;
import io.github.hevypipeline.report.LiveLine;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.PropertiesSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts Camel with the routes of a command, waits for its end and says how it ended.
 *
 * <p>Not thread-safe; made for one command. With a period the process stays up, a failed run is reported, and the next
 * one begins after it; without one the first run is the last.
 */
public final class PipelineRunner {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

    /** How long SQL and templates may go on after a signal. */
    private static final int SOON_SECONDS = 3;

    private final Settings settings;
    private final Command command;
    private final Map<String, Object> beans;
    private Set<String> leftOut = Set.of();
    private LiveLine live;
    /** Null for a single run. */
    private ScheduledProcess scheduled;

    private final Diagnosis diagnosis;
    private final Signals signals;
    /** Null before the start. */
    private RunNotifier notifier;

    /** {@code beans} are those of the routes that the command line makes, by their names. */
    public PipelineRunner(Settings settings, Command command, Map<String, Object> beans, Signals signals) {
        this.beans = Map.copyOf(beans);
        this.signals = signals;
        this.settings = settings;
        this.diagnosis = Diagnosis.of(settings);
        this.command = command;
    }

    /** Leaves out some of the command's route files, which the others can do without. */
    public PipelineRunner without(Set<String> routeFiles) {
        leftOut = Set.copyOf(routeFiles);
        return this;
    }

    /** Tells the progress as a live line, if there is one, which may be null; otherwise as log lines. */
    public PipelineRunner tellingBy(LiveLine line) {
        live = line;
        return this;
    }

    private boolean uses(String routeFile) {
        return command.routeFiles().contains(routeFile) && !leftOut.contains(routeFile);
    }

    /** Runs the command; the answer is that of the last run, or that a signal has ended it. */
    public Outcome run() {
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
            addConsole(camel, properties);
        }
        camel.setInitialProperties(properties);
        RouteFiles routes = RouteFiles.of(command, files);
        camel.configure().setRoutesIncludePattern(routes.locations());
        camel.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport main) {
                routes.requireReceivers(main.getCamelContext());
            }
        });
        camel.bind("settings", placeholders());
        camel.bind("runs", runs(camel::completed));
        camel.bind("progress", progress);
        beans.forEach(camel::bind);
        signals.listen(() -> stop(camel));
        try {
            camel.run();
        } catch (Exception e) {
            return routes.areEditable() ? diagnosis.ofEditedRoutes(e, routes.path()) : diagnosis.ofRun(e);
        } finally {
            if (scheduled != null) {
                scheduled.close();
            }
            WebServer.close(camel);
        }
        return signals.received().map(this::ofSignal).orElseGet(this::ofLastRun);
    }

    /** A scheduled process ends because it was told to; each of its runs has been reported. */
    Outcome ofLastRun() {
        Outcome last = notifier.last();
        return last == null || isScheduled() ? Outcome.DONE : last;
    }

    /** What is under way is finished, but what may be without end: a template, and SQL that does not end soon. */
    private static void stop(Main camel) {
        if (camel.getCamelContext() != null && DbtProject.rendering().isPresent()) {
            camel.getCamelContext().getShutdownStrategy().setTimeout(SOON_SECONDS);
        }
        camel.completed();
        CompletableFuture.delayedExecutor(SOON_SECONDS, TimeUnit.SECONDS).execute(() -> cancelSql(camel));
    }

    private static void cancelSql(Main camel) {
        DuckDbDataSource warehouse = camel.getCamelContext() == null
                ? null
                : camel.getCamelContext().getRegistry().lookupByNameAndType("warehouse", DuckDbDataSource.class);
        try {
            if (warehouse != null) {
                warehouse.cancel();
            }
        } catch (SQLException e) {
            LOG.warn("SQL cannot be cancelled: {}", e.getMessage());
        }
    }

    private Outcome ofSignal(ExitCode signal) {
        if (notifier.isUnderWay()) {
            return new Outcome(
                    signal,
                    "Stopped by a signal, without waiting any longer for "
                            + DbtProject.rendering()
                                    .map(file -> "the template " + file + ", which was being rendered.")
                                    .orElse("a request that hangs."),
                    "Run again; it makes good what was left.");
        }
        Outcome last = notifier.last();
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
        notifier = new RunNotifier(command, diagnosis, scheduled, isDeveloped() ? this::sayIfFailed : end);
        return notifier;
    }

    /** Gives each placeholder of the routes its value. */
    PropertiesSource placeholders() {
        return new RoutePlaceholders(settings, command, this::uses, isScheduled());
    }

    private boolean isScheduled() {
        return command == Command.RUN && settings.has("PIPELINE_PERIOD");
    }

    /** In Camel's profile for developers, as {@code mvn camel:dev} sets it, the process stays up after a single run. */
    private static boolean isDeveloped() {
        return "dev".equals(System.getProperty("camel.main.profile"));
    }

    private void sayIfFailed() {
        Outcome last = notifier.last();
        if (last.exitCode() != ExitCode.DONE) {
            LOG.error("{}", last.describe());
        }
    }

    private void addConsole(Main camel, Properties properties) {
        WebServer console = WebServer.ofDeveloper(settings);
        if (console.canStart()) {
            console.addTo(camel, properties);
            LOG.info("console   is at {}q/dev; a changed route file is loaded again at once", console.address());
        }
    }
}
