package io.github.hevypipeline.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.OptionHelper;
import java.io.File;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Configures logback: the log goes to standard error, results to standard output. LOG_LEVEL=DEBUG logs more.
 *
 * <p>In Java, since reading a {@code logback.xml} takes a tenth of an unchanged run. The system property
 * {@code logback.configurationFile} still names a file or a resource that takes its place, if there is one.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    /** Libraries log warnings only, so INFO remains for the log steps of the routes, including the user's. */
    private static final List<String> LIBRARIES = List.of("ch", "com", "io", "net", "org", "shaded", "software");

    private static final Map<String, Level> LEVELS = Map.of(
            // A failed run is reported once, at its end.
            "org.apache.camel.component.timer.TimerConsumer", Level.OFF,
            // A step that is stopped while it waits is reported with its run.
            "org.apache.camel.impl.engine.DefaultAsyncProcessorAwaitManager", Level.ERROR,
            // The route files that mvn camel:dev reloads.
            "org.apache.camel.support.RouteWatcherReloadStrategy", Level.INFO,
            // Headers carry the API key and session tokens.
            "org.apache.hc.client5.http.headers", Level.OFF,
            "org.apache.hc.client5.http.wire", Level.OFF,
            "org.apache.http.headers", Level.OFF,
            "org.apache.http.wire", Level.OFF);

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(level));
        if (isReplaced()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        LIBRARIES.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
        context.getLogger("io.github.hevypipeline")
                .setLevel(Level.toLevel(OptionHelper.getEnv("LOG_LEVEL"), Level.INFO));
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(console(context));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** A file that is not there must not leave logback with its own default, which logs headers and settings. */
    private static boolean isReplaced() {
        String name = OptionHelper.getSystemProperty("logback.configurationFile");
        return name != null
                && (new File(name).canRead()
                        || LogConfigurator.class.getClassLoader().getResource(name) != null);
    }

    private static RedactingConsole console(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss} %-5level %msg%n%xEx{short}");
        encoder.start();
        RedactingConsole console = new RedactingConsole();
        console.setContext(context);
        console.setName(RedactingConsole.NAME);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
