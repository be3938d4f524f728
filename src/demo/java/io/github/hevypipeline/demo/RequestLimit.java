package io.github.hevypipeline.demo;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Serves so many requests in any span of this length, and refuses the others with 429 and no {@code Retry-After}, as
 * Hevy does. A refused request uses up nothing.
 *
 * <p>Thread-safe.
 */
public final class RequestLimit implements Intruder {
    private final int requests;
    private final long spanNanos;
    private final LongSupplier nanos;
    private final Deque<Long> served = new ArrayDeque<>();

    /** Allows {@code requests} in each {@code span}. */
    public RequestLimit(int requests, Duration span) {
        this(requests, span, System::nanoTime);
    }

    RequestLimit(int requests, Duration span, LongSupplier nanos) {
        this.requests = requests;
        this.spanNanos = span.toNanos();
        this.nanos = Objects.requireNonNull(nanos);
    }

    @Override
    public SimulatedResponse meet(Request request, Supplier<SimulatedResponse> truth) {
        return allows() ? truth.get() : SimulatedResponse.error(429, "Too many requests");
    }

    private synchronized boolean allows() {
        long now = nanos.getAsLong();
        while (!served.isEmpty() && now - served.peekFirst() >= spanNanos) {
            served.removeFirst();
        }
        if (served.size() >= requests) {
            return false;
        }
        served.addLast(now);
        return true;
    }
}
