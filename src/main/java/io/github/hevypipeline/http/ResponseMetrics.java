package io.github.hevypipeline.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the responses of a server by status.
 *
 * <p>Thread-safe. A request without a response counts as {@link #NONE}.
 */
public final class ResponseMetrics {
    /** Counted instead of a status when the connection failed or broke, or the response timed out. */
    public static final String NONE = "none";

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** Counts a response. */
    public void received(int status) {
        count(Integer.toString(status));
    }

    /** Counts a request without a response. */
    public void missing() {
        count(NONE);
    }

    private void count(String status) {
        counts.computeIfAbsent(status, s -> new LongAdder()).increment();
    }

    /** The counts by status. */
    public Map<String, Long> byStatus() {
        Map<String, Long> copy = new TreeMap<>();
        counts.forEach((status, count) -> copy.put(status, count.sum()));
        return copy;
    }
}
