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
 * A run in a process that is not ours: what the command line does otherwise, for a runtime of Camel that starts the routes
 * by itself, such as Camel K's operator.
 *
 * <p>A bean that the flows name before every other; of one Camel context, and not thread-safe. Settings are the properties
 * of that context, whatever they come from; none has a default here.
 */
public final class CamelKBootstrap implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(CamelKBootstrap.class);
    /** Rows are for a terminal, and the report is served by a server that the host knows nothing of. */
    private static final Set<String> NOT_FOR_A_HOST = Set.of("show", ScheduledProcess.SERVE);

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
     * Checks the settings, gives the routes' placeholders their values, and sees to it that the process ends with the run.
     * If a setting is missing or wrong, the process ends here, and the log has named all that are.
     */
    public void begin() {
        try {
            prepare();
        } catch (PipelineException e) {
            Outcome outcome = Outcome.of(e);
            LOG.error("{}", outcome.describe());
            // Thrown, it would be told once more and end with the host's own code; an exit would wait for hooks, and
            // the host's hooks for this start. Nothing is open yet that they would close.
            Runtime.getRuntime().halt(outcome.exitCode().number());
        }
    }

    private void prepare() {
        Settings settings =
                Settings.of(Settings.asMap(camel.getPropertiesComponent().loadProperties()));
        SettingsValidator.checkHosted(settings);
        PipelineRunner runner =
                new PipelineRunner(settings, Command.RUN, Map.of(), new Signals()).without(NOT_FOR_A_HOST);
        camel.getPropertiesComponent().addPropertiesSource(runner.placeholders());
        camel.getManagementStrategy().addEventNotifier(runner.runs(() -> end(runner.ofLastRun())));
    }

    /** A failed run is an error of the process. Its last exchange is not over yet, so another thread has to wait for it. */
    private void end(Outcome outcome) {
        if (outcome.cause() != null) {
            LOG.error("{}", outcome.describe());
        }
        Thread last = new Thread(() -> System.exit(outcome.exitCode().number()), "hevy-pipeline-exit");
        last.setDaemon(true);
        last.start();
    }
}
