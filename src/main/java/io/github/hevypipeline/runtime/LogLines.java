package io.github.hevypipeline.runtime;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.github.hevypipeline.ops.LogIds;
import org.slf4j.LoggerFactory;

/**
 * How log lines look on standard error: text, as {@code logback.xml} says, or JSON with the ids of run and load.
 *
 * <p>Thread-safe.
 */
public final class LogLines {
    private static final String APPENDER = "STDERR";

    private LogLines() {}

    /**
     * From now on each line is a JSON object: time in milliseconds, level, thread, logger, message, what it names by key,
     * and the ids of the run and its load. The console strikes secrets out of either form.
     */
    public static void asJson() {
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
        // The cast that logback's own documentation asks for; the file of this program has one such appender.
        OutputStreamAppender<ILoggingEvent> appender = (OutputStreamAppender<ILoggingEvent>) root.getAppender(APPENDER);
        appender.setEncoder(encoder);
        root.getLoggerContext().addTurboFilter(new LogIds());
    }
}
