package io.github.hevypipeline.runtime;

import io.github.hevypipeline.accounts.AccountStats;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.mart.DuckDbDataSource;
import io.github.hevypipeline.report.LiveLine;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.EventNotifier;
import org.apache.camel.spi.PropertiesSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one command in a Camel context and returns its outcome.
 *
 * <p>Not thread-safe; used for one command. With PIPELINE_PERIOD it runs until a signal ends the process: a failed run
 * is logged, and the next one follows.
 */
public final class PipelineRunner {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineRunner.class);

    /** How long SQL and templates may continue after a signal. */
    private static final int GRACE_SECONDS = 3;
    /** Far longer than a round. */
    private static final Duration ACCOUNTS_OF_OTHERS_AFTER = Duration.ofDays(1);

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

    /** {@code beans} are bound for the routes, by name. */
    public PipelineRunner(Settings settings, Command command, Map<String, Object> beans, Signals signals) {
        this.beans = Map.copyOf(beans);
        this.signals = signals;
        this.settings = settings;
        this.diagnosis = Diagnosis.of(settings);
        this.command = command;
    }

    /** Does not load these route files of the command. */
    public PipelineRunner without(Set<String> routeFiles) {
        leftOut = Set.copyOf(routeFiles);
        return this;
    }

    /** Shows progress on a live line instead of in the log; null for the log. */
    public PipelineRunner withLiveLine(LiveLine line) {
        live = line;
        return this;
    }

    /** A folder takes the place of S3, a Lease that of a lock. */
    private String inPlace(String routeFile) {
        if (routeFile.equals("lock") && settings.has("KUBERNETES_SERVICE_HOST")) {
            return Command.LEASE_FILE;
        }
        return routeFile.equals("s3") && settings.keepsLakeInFolder() ? Command.FOLDER_FILE : routeFile;
    }

    private boolean uses(String routeFile) {
        return command.routeFiles().contains(routeFile) && !leftOut.contains(routeFile);
    }

    /** Runs the command until it has ended or a signal stops it. */
    public Outcome run() {
        Main camel = new Main();
        camel.setDefaultPropertyPlaceholderLocation("false");
        Properties properties = settings.camelProperties();
        List<String> files = new ArrayList<>(command.routeFiles().stream()
                .filter(this::uses)
                .map(this::inPlace)
                .toList());
        Progress progress = new Progress(live);
        AccountStats stats = new AccountStats(ACCOUNTS_OF_OTHERS_AFTER);
        if (isScheduled()) {
            scheduled = new ScheduledProcess(settings, progress);
            if (command == Command.WORKER) {
                scheduled.addToWorker(camel, properties, stats);
            } else {
                scheduled.addTo(camel, properties, files);
            }
        }
        if (isDevelopment()) {
            addConsole(camel, properties);
        }
        camel.setInitialProperties(properties);
        RouteFiles routes = RouteFiles.of(command, files);
        camel.configure().setRoutesCollectorEnabled(false);
        camel.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport main) {
                try {
                    routes.load(main.getCamelContext());
                } catch (Exception e) {
                    throw RuntimeCamelException.wrapRuntimeException(e);
                }
            }

            @Override
            public void afterConfigure(BaseMainSupport main) {
                routes.requireReceivers(main.getCamelContext());
            }
        });
        camel.bind("settings", placeholders());
        // In the place of a placeholder Camel would evaluate ${…} in it.
        camel.bind("lakePath", settings.lakePath());
        camel.bind("runs", runs(camel::completed));
        camel.bind("progress", progress);
        camel.bind("accountStats", stats);
        if (command.isOfAccounts()) {
            camel.bind("diagnosis", diagnosis.ofAccounts());
            camel.bind("environment", (UnaryOperator<String>) settings::get);
        }
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

    /** The outcome of a single run. A scheduled process has logged those of its runs, and ends successfully. */
    Outcome ofLastRun() {
        Outcome last = notifier.last();
        return last == null || isScheduled() ? Outcome.DONE : last;
    }

    /** Lets the current step finish, but cancels SQL and templates after {@link #GRACE_SECONDS}: they may never end. */
    private static void stop(Main camel) {
        if (camel.getCamelContext() != null && DbtProject.rendering().isPresent()) {
            camel.getCamelContext().getShutdownStrategy().setTimeout(GRACE_SECONDS);
        }
        camel.completed();
        CompletableFuture.delayedExecutor(GRACE_SECONDS, TimeUnit.SECONDS).execute(() -> cancelSql(camel));
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
            LOG.warn("SQL could not be cancelled: {}", e.getMessage());
        }
    }

    private Outcome ofSignal(ExitCode signal) {
        if (command == Command.WORKER) {
            return new Outcome(
                    signal,
                    "Stopped by a signal; accounts that were not committed are left to the other workers.",
                    "Start it again at any time.");
        }
        if (notifier.isRunning()) {
            return new Outcome(
                    signal,
                    DbtProject.rendering()
                            .map(file -> "Stopped by a signal while rendering " + file + ".")
                            .orElse("Interrupted during a request to Hevy or S3."),
                    "Run again; the next run recovers.");
        }
        Outcome last = notifier.last();
        if (last == null || (isScheduled() && last.exitCode() != ExitCode.TERMINATED)) {
            return new Outcome(signal, "Stopped by a signal; no run was in progress.", "Run again at any time.");
        }
        if (last.exitCode() == ExitCode.DONE) {
            return new Outcome(signal, "Stopped by a signal; the run had finished.", "Run again at any time.");
        }
        return last.exitCode() == ExitCode.TERMINATED ? last.with(signal) : last;
    }

    /** Records how each run ends, and calls {@code end} after a single run. */
    EventNotifier runs(Runnable end) {
        notifier = new RunNotifier(command, diagnosis, scheduled, isDevelopment() ? this::logFailure : end);
        return notifier;
    }

    /** The values of the placeholders in the routes. */
    PropertiesSource placeholders() {
        return new RoutePlaceholders(settings, command, this::uses, isScheduled());
    }

    private boolean isScheduled() {
        return (command == Command.RUN || command == Command.WORKER) && settings.has("PIPELINE_PERIOD");
    }

    /** In Camel's {@code dev} profile, set by {@code mvn camel:dev}, the process stays up after a single run. */
    private static boolean isDevelopment() {
        return "dev".equals(System.getProperty("camel.main.profile"));
    }

    private void logFailure() {
        Outcome last = notifier.last();
        if (last.exitCode() != ExitCode.DONE) {
            LOG.error("{}", last.describe());
        }
    }

    private void addConsole(Main camel, Properties properties) {
        WebServer console = WebServer.ofDeveloperConsole(settings);
        if (console.canStart()) {
            console.addTo(camel, properties);
            LOG.info("console   at {}q/dev; changed route files are reloaded", console.address());
        }
    }
}
