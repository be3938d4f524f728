package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Standard output, which remembers a failed write: Java's {@code System.out} swallows it.
 *
 * <p>Thread-safe.
 */
public final class StandardOutput extends OutputStream {
    private static final int BUFFER_BYTES = 8192;

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private IOException failure;

    private StandardOutput() {}

    /** Replaces {@code System.out}; encodes in UTF-8. */
    public static StandardOutput install() {
        StandardOutput output = new StandardOutput();
        System.setOut(new PrintStream(new BufferedOutputStream(output, BUFFER_BYTES), true, StandardCharsets.UTF_8));
        return output;
    }

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        }
    }

    /**
     * The exit code of a run, given whether its output could be written; prints why if it could not. A closed pipe is
     * no failure: its reader has read enough.
     */
    public ExitCode exitCode(ExitCode run) {
        System.out.flush();
        Optional<Outcome> failed = run == ExitCode.DONE ? failed() : Optional.empty();
        failed.ifPresent(outcome -> System.err.println(outcome.describe()));
        return failed.map(Outcome::exitCode).orElse(run);
    }

    private synchronized Optional<Outcome> failed() {
        String reason = failure == null ? "" : String.valueOf(failure.getMessage());
        boolean isReaderGone = reason.toLowerCase(Locale.ROOT).contains("pipe");
        return reason.isEmpty() || isReaderGone
                ? Optional.empty()
                : Optional.of(new Outcome(
                        ExitCode.LOCAL_DISK,
                        "Standard output cannot be written: " + reason + ".",
                        "Make room where it goes, and run the command again."));
    }
}
