package io.github.hevypipeline.runtime;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.github.hevypipeline.failure.Secrets;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Logback's console, which strikes the known secrets out of every line: of messages, of what they name by key, and of stack
 * traces, as text and as JSON.
 *
 * <p>As thread-safe as the console.
 */
public final class RedactingConsole extends ConsoleAppender<ILoggingEvent> {
    @Override
    public void setOutputStream(OutputStream console) {
        super.setOutputStream(new Struck(console));
    }

    /** An event comes in one piece, with its stack trace. */
    private static final class Struck extends FilterOutputStream {
        Struck(OutputStream console) {
            super(console);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
            out.write(Secrets.strike(text).getBytes(StandardCharsets.UTF_8));
        }
    }
}
