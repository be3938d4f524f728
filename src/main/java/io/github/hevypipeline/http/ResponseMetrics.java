package io.github.hevypipeline.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many answers a server has given, by their status.
 *
 * <p>Thread-safe. A request without an answer counts as {@link #NONE}.
 */
public final class ResponseMetrics {
    /** In the place of a status: the connection failed or broke, or the answer came too late. */
    public static final String NONE = "none";

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** Counts an answer. */
    public void answered(int status) {
        count(Integer.toString(status));
    }

    /** Counts a request without an answer. */
    public void unanswered() {
        count(NONE);
    }

    private void count(String status) {
        counts.computeIfAbsent(status, s -> new LongAdder()).increment();
    }

    /** How often each status came so far. */
    public Map<String, Long> byStatus() {
        Map<String, Long> copy = new TreeMap<>();
        counts.forEach((status, count) -> copy.put(status, count.sum()));
        return copy;
    }
}
