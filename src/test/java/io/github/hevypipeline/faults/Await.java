package io.github.hevypipeline.faults;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for a line, a file or a state: the one place where a test spends time.
 *
 * <p>Immutable and thread-safe. The limit bounds a hang and nothing else; a busy machine must not reach it.
 */
public final class Await {
    /** How long anything may take before it counts as hanging. */
    public static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration POLL = Duration.ofMillis(20);

    private Await() {}

    /** The state to wait for. */
    @FunctionalInterface
    public interface State {
        boolean isReached() throws Exception;
    }

    /**
     * Returns once the state is reached.
     *
     * @param what the state in words, for the failure's message
     */
    public static void until(String what, State state) {
        long begun = System.nanoTime();
        while (!reached(what, state)) {
            if (System.nanoTime() - begun > LIMIT.toNanos()) {
                throw new AssertionError("Not within " + LIMIT.toSeconds() + " s: " + what);
            }
            sleep(POLL);
        }
    }

    private static boolean reached(String what, State state) {
        try {
            return state.isReached();
        } catch (Exception e) {
            throw new AssertionError("Failed while waiting for: " + what, e);
        }
    }

    /** Returns once a latch has been counted down. */
    public static void latch(String what, CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Not within " + LIMIT.toSeconds() + " s: " + what);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("Interrupted while waiting for: " + what, e);
        }
    }

    /** Returns once a thread waits for another. */
    public static void waiting(Thread thread) {
        until(
                "a waiting " + thread,
                () -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
    }

    /**
     * Lets time pass in which something must not happen, or which makes a response slow. A test that relies on something
     * having happened by then is wrong; each call says in a comment why no state can be waited for.
     */
    public static void pass(Duration time) {
        sleep(time);
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError("Interrupted while waiting", e);
        }
    }
}
