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
 * Standard output of this process, which remembers why it could not be written: Java's own tells nobody.
 *
 * <p>Thread-safe.
 */
public final class StandardOutput extends OutputStream {
    private static final int BUFFER_BYTES = 8192;

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private IOException failure;

    private StandardOutput() {}

    /** Takes the place of {@code System.out}, in UTF-8. */
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

    /** How a run ended of which this is the output: a reader that has read enough is no failure. */
    public ExitCode ended(ExitCode run) {
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
                        "Make room where it goes, and give the same command again."));
    }
}
