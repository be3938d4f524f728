package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import io.github.hevypipeline.settings.SettingsValidator;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the command line's work under a runtime that starts the routes by itself, such as Camel K.
 *
 * <p>The first bean of the flows. Not thread-safe; used for one Camel context, whose properties are the settings. There
 * are no defaults.
 */
public final class CamelKBootstrap implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(CamelKBootstrap.class);
    /** Rows need a terminal, and the report a web server, which the host does not have. */
    private static final Set<String> NOT_HOSTED = Set.of("show", Command.SERVE_FILE);

    private CamelContext camel;

    @Override
    public void setCamelContext(CamelContext camelContext) {
        camel = camelContext;
    }

    @Override
    public CamelContext getCamelContext() {
        return camel;
    }

    /**
     * Validates the settings, resolves the placeholders of the routes, and has the process end with the run. Logs
     * invalid settings and halts the process.
     */
    public void begin() {
        try {
            prepare();
        } catch (PipelineException e) {
            Outcome outcome = Outcome.of(e);
            LOG.error("{}", outcome.describe());
            // Thrown, it would be logged twice and end with the host's exit code; System.exit would deadlock with the
            // host's shutdown hooks, which wait for this startup. Nothing is open yet.
            Runtime.getRuntime().halt(outcome.exitCode().number());
        }
    }

    private void prepare() {
        Settings settings =
                Settings.of(Settings.asMap(camel.getPropertiesComponent().loadProperties()));
        SettingsValidator.checkHosted(settings);
        PipelineRunner runner = new PipelineRunner(settings, Command.RUN, Map.of(), new Signals()).without(NOT_HOSTED);
        camel.getPropertiesComponent().addPropertiesSource(runner.placeholders());
        camel.getManagementStrategy().addEventNotifier(runner.runs(() -> end(runner.ofLastRun())));
    }

    /** Exits on another thread, since the shutdown waits for the run's exchange, which has not completed yet. */
    private void end(Outcome outcome) {
        if (outcome.cause() != null) {
            LOG.error("{}", outcome.describe());
        }
        Thread last = new Thread(() -> System.exit(outcome.exitCode().number()), "hevy-pipeline-exit");
        last.setDaemon(true);
        last.start();
    }
}
