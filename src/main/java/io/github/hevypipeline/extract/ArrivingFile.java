package io.github.hevypipeline.extract;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * An answer's body on its way from the wire to its place on disk: whole in the end, or not there at all.
 *
 * <p>Not thread-safe; made for one answer. A disk that refuses is no fault of Hevy's, which must not be asked again
 * then: it ends the run. Whatever reading the body throws is passed on.
 */
final class ArrivingFile implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path place;
    private final Path arriving;

    ArrivingFile(Path place) {
        this.place = place;
        this.arriving = place.resolveSibling(place.getFileName() + ".part");
    }

    /** Where it is until it is kept. */
    Path path() {
        return arriving;
    }

    /** Writes a body, which may be null if there was none, and closes it. */
    void write(InputStream body) throws IOException {
        try (body;
                OutputStream out = onDisk(() -> Files.newOutputStream(arriving))) {
            if (body == null) {
                return;
            }
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                int length = n;
                onDisk(() -> {
                    out.write(buffer, 0, length);
                    return length;
                });
            }
        }
    }

    /** Gives it its place. */
    void keep() {
        onDisk(() -> Files.move(arriving, place, StandardCopyOption.ATOMIC_MOVE));
    }

    /** Removes what was not kept. */
    @Override
    public void close() {
        onDisk(() -> Files.deleteIfExists(arriving));
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
                    "The local disk refused " + arriving + ": " + e.getMessage() + ".",
                    "Make room there, and run again.",
                    e);
        }
    }
}
