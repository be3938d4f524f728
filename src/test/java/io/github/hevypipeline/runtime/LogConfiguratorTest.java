package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.slf4j.Logger;

/** A configuration of one's own is the user's; none is ours, never logback's default, which would log the API key. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class LogConfiguratorTest {
    private static final String PROPERTY = "logback.configurationFile";

    @TempDir
    private Path folder;

    private final LoggerContext context = new LoggerContext();
    private final LogConfigurator configurator = new LogConfigurator();

    @AfterEach
    void forget() {
        System.clearProperty(PROPERTY);
        context.stop();
    }

    @Test
    void a_configuration_that_is_not_there_does_not_lead_to_a_log_of_headers() {
        System.setProperty(PROPERTY, folder.resolve("gone.xml").toString());

        assertThat(configurator.configure(context)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(RedactingConsole.NAME))
                .isNotNull();
        assertThat(context.getLogger("org.apache.camel").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    @Test
    void a_configuration_of_the_users_comes_in_place_of_ours_and_logs_no_headers_by_itself() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.xml"), "<configuration/>");
        System.setProperty(PROPERTY, file.toString());

        assertThat(configurator.configure(context)).isEqualTo(ExecutionStatus.INVOKE_NEXT_IF_ANY);

        assertThat(context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(RedactingConsole.NAME))
                .isNull();
        assertThat(context.getLogger("org.apache.hc.client5.http.headers").getLevel())
                .isEqualTo(Level.OFF);
    }
}
