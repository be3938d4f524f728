package io.github.hevypipeline.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A status line at the bottom of a terminal, redrawn below all other output.
 *
 * <p>Thread-safe. While installed, it wraps standard error and, on the same terminal, standard output: it erases the line
 * before other output and draws it again after. Its creator closes it, which removes the line.
 */
public final class LiveLine implements AutoCloseable {
    private static final String ERASE = "\r\u001b[2K";
    /** The terminal cuts a long line instead of wrapping it. */
    private static final String CUT = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";

    private final PrintStream err = System.err;
    private final PrintStream out = System.out;
    private String text = "";
    private boolean drawn;
    private boolean inLine;

    private LiveLine() {}

    /** Installs it on standard error. */
    public static LiveLine install(Terminal terminal) {
        LiveLine line = new LiveLine();
        System.setErr(line.around(line.err));
        if (terminal.out()) {
            System.setOut(line.around(line.out));
        }
        return line;
    }

    /** Replaces the text; an empty one removes the line. */
    public synchronized void show(String next) {
        text = next;
        erase();
        draw();
    }

    @Override
    public synchronized void close() {
        show("");
        System.setErr(err);
        System.setOut(out);
    }

    private void erase() {
        if (drawn) {
            err.print(ERASE);
            drawn = false;
        }
    }

    /** Waits until other output has ended its line. */
    private void draw() {
        if (!text.isEmpty() && !inLine) {
            err.print(CUT + text + WRAP);
            drawn = true;
        }
        err.flush();
    }

    private synchronized void pass(PrintStream stream, byte[] bytes, int offset, int length) {
        if (length == 0) {
            return;
        }
        erase();
        err.flush();
        stream.write(bytes, offset, length);
        stream.flush();
        inLine = bytes[offset + length - 1] != '\n';
        draw();
    }

    private PrintStream around(PrintStream stream) {
        OutputStream passing = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                pass(stream, bytes, offset, length);
            }
        };
        return new PrintStream(passing, true, StandardCharsets.UTF_8);
    }
}
