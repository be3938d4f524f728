package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A response's body on its way from the wire to its place on disk: whole in the end, or not there at all.
 *
 * <p>It arrives in its place, not beside it: to rename each of thousands of files would make the threads that fetch
 * wait for one another. So a kill can leave a part of a response there, which is no JSON then.
 *
 * <p>Not thread-safe; made for one response. A disk that refuses is no fault of Hevy's, which must not be asked again
 * then: it ends the run. Whatever reading the body throws is passed on.
 */
final class ResponseFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** Held to make a file: threads that make files in one folder at a time would spin in the kernel. */
    private static final Object MAKING = new Object();

    private final Path place;
    private boolean kept;

    ResponseFile(Path place) {
        this.place = place;
    }

    /** Writes a body, which may be null if there was none, and closes it; gives the number of bytes. */
    long write(InputStream body) throws IOException {
        try (body;
                OutputStream out = onDisk(this::make)) {
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

    private OutputStream make() throws IOException {
        synchronized (MAKING) {
            return Files.newOutputStream(place);
        }
    }

    /** Lets it stay. */
    void keep() {
        kept = true;
    }

    /** Removes what was not kept. */
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
