package io.github.hevypipeline.runtime;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long the steps of one run took, in the order in which they first began.
 *
 * <p>Thread-safe. A step that is taken twice counts twice.
 */
final class RunTimes {
    private final long startedAt = System.nanoTime();
    private final Map<String, Long> begun = new LinkedHashMap<>();
    private final Map<String, Duration> steps = new LinkedHashMap<>();

    synchronized void begin(String step) {
        begun.put(step, System.nanoTime());
        steps.putIfAbsent(step, Duration.ZERO);
    }

    synchronized void end(String step) {
        steps.merge(step, since(begun.get(step)), Duration::plus);
    }

    synchronized Map<String, Duration> steps() {
        return new LinkedHashMap<>(steps);
    }

    /** From the beginning of the run until now. */
    Duration all() {
        return since(startedAt);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
