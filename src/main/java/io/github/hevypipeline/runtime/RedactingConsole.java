package io.github.hevypipeline.runtime;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.github.hevypipeline.failure.Secrets;
import io.github.hevypipeline.ops.LogIds;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * The log on standard error, as text or JSON, with every known secret redacted: in messages, key-value pairs and stack
 * traces.
 *
 * <p>Thread-safe. Configured by {@link LogConfigurator}.
 */
public final class RedactingConsole extends ConsoleAppender<ILoggingEvent> {
    /** The appender's name. */
    static final String NAME = "STDERR";

    /**
     * Switches from text to JSON, one object a line: timestamp in milliseconds, level, thread, logger, message,
     * key-value pairs, and the ids of the run and its load.
     */
    public static void useJson() {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(root.getLoggerContext());
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMDC(true);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        ((RedactingConsole) root.getAppender(NAME)).setEncoder(encoder);
        root.getLoggerContext().addTurboFilter(new LogIds());
    }

    @Override
    public void setOutputStream(OutputStream console) {
        super.setOutputStream(new Redacted(console));
    }

    /** Logback writes an event in one call, its stack trace included. */
    private static final class Redacted extends FilterOutputStream {
        Redacted(OutputStream console) {
            super(console);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
            out.write(Secrets.strike(text).getBytes(StandardCharsets.UTF_8));
        }
    }
}
