package io.github.hevypipeline.lake.rows;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs the writes of one caller on a thread of its own, in their order.
 *
 * <p>For one caller. No more than {@value #MAX_ROWS} rows wait, in no more than {@value #MAX_WRITES} writes, or one
 * larger write: memory is bounded, and yet neither thread often waits for the other. Once a write has failed, none after
 * it is done, and the next call throws its exception.
 */
final class WriteBehind implements Closeable {
    static final int MAX_ROWS = 8_192;
    static final int MAX_WRITES = 64;
    private static final int LONGEST_WRITE_SECONDS = 60;

    private final ExecutorService writer = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "parquet-writer");
        thread.setDaemon(true);
        return thread;
    });
    private final Semaphore room = new Semaphore(MAX_ROWS);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @FunctionalInterface
    interface Write {
        void run() throws IOException;
    }

    /** Does a write of so many rows later; waits while there is no room for them. */
    void add(int rows, Write write) throws IOException {
        requireNoFailure();
        int places = Math.min(Math.max(rows, MAX_ROWS / MAX_WRITES), MAX_ROWS);
        take(places);
        writer.execute(() -> {
            try {
                if (failure.get() == null) {
                    write.run();
                }
            } catch (IOException | RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                room.release(places);
            }
        });
    }

    /** Waits until all writes are done. */
    void finish() throws IOException {
        take(MAX_ROWS);
        room.release(MAX_ROWS);
        requireNoFailure();
    }

    private void take(int places) throws IOException {
        try {
            room.acquire(places);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while rows were written");
        }
    }

    private void requireNoFailure() throws IOException {
        Throwable failed = failure.get();
        if (failed instanceof IOException refused) {
            throw refused;
        }
        if (failed instanceof RuntimeException bug) {
            throw bug;
        }
        if (failed instanceof Error fatal) {
            throw fatal;
        }
    }

    /** Waits for the write under way, and does no other. */
    @Override
    public void close() throws IOException {
        failure.compareAndSet(null, new IOException("the file was closed before it was finished"));
        writer.shutdown();
        try {
            if (!writer.awaitTermination(LONGEST_WRITE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("a write has not ended within " + LONGEST_WRITE_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while rows were written");
        }
    }
}
