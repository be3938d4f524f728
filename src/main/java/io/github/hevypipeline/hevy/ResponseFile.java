package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes the body of one response to a file, and deletes the file on {@link #close} unless it was {@link #keep kept}.
 *
 * <p>Not thread-safe. It writes in place, without a rename, as renaming thousands of files makes the fetching threads
 * wait for one another. A kill can therefore leave a part of a response, which is no valid JSON.
 *
 * <p>A disk that refuses is a {@link SystemError}, which is not retried. Any failure to read the body is thrown as it is.
 */
final class ResponseFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Held to create a file: threads that create files in one folder at once would spin in the kernel. */
    private static final Object CREATING = new Object();

    private final Path place;
    private boolean kept;

    ResponseFile(Path place) {
        this.place = place;
    }

    /** Writes and closes a body, which may be null. Returns the number of bytes. */
    long write(InputStream body) throws IOException {
        try (body;
                OutputStream out = onDisk(this::create)) {
            if (body == null) {
                return 0;
            }
            long written = 0;
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                int length = n;
                onDisk(() -> {
                    out.write(buffer, 0, length);
                    return length;
                });
                written += length;
            }
            return written;
        }
    }

    private OutputStream create() throws IOException {
        synchronized (CREATING) {
            return Files.newOutputStream(place);
        }
    }

    /** Keeps the file. */
    void keep() {
        kept = true;
    }

    /** Deletes the file unless it is kept. */
    @Override
    public void close() {
        if (!kept) {
            onDisk(() -> Files.deleteIfExists(place));
        }
    }

    @FunctionalInterface
    private interface DiskStep<T> {
        T take() throws IOException;
    }

    private <T> T onDisk(DiskStep<T> step) {
        try {
            return step.take();
        } catch (IOException e) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    "The local disk refused " + place + ": " + e.getMessage() + ".",
                    "Make room there, and run again.",
                    e);
        }
    }
}
