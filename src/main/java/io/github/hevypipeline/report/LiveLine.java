package io.github.hevypipeline.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One line at the bottom of a terminal that is written over and over, below everything else that is written.
 *
 * <p>Thread-safe. While it is installed, standard error and, on the same terminal, standard output go through it: it
 * makes way for what others write and comes back below. Whoever installs it closes it, which removes the line.
 */
public final class LiveLine implements AutoCloseable {
    private static final String ERASE = "\r\u001b[2K";
    /** A line that is too long is cut by the terminal, which alone knows its width, and not wrapped. */
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

    /** Shows a text in place of the one before; an empty one removes the line. */
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

    /** Not behind a line that somebody else has not ended yet. */
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
