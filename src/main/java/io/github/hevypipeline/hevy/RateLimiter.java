package io.github.hevypipeline.hevy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * A rate limiter for a server that does not publish its limit: unlimited until a request is refused, then additive
 * increase and multiplicative decrease (AIMD), as in TCP.
 *
 * <p>A refusal pauses all callers and halves the rate. After the pause one request probes the server while the others
 * wait: a refused probe doubles the pause, an accepted one ends it. From then on each accepted request adds a hundredth
 * of the refused rate. At twice that rate the limiter is unlimited again.
 *
 * <p>Thread-safe. It never blocks: a caller without a permit tries again after {@link #untilNextPermit()}.
 */
final class RateLimiter {
    /** The longest pause by backoff; also the longest gap between two requests. */
    static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private static final double UNLIMITED = Double.POSITIVE_INFINITY;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MIN_RATE = NANOS_PER_SECOND / MAX_PAUSE.toNanos();
    /** The rate after a refusal with too few responses to measure one. */
    private static final double FIRST_RATE = 10;

    /** The number of responses that a measurement needs. */
    private static final int MIN_SAMPLE = 2;

    private static final double MAX_UNKNOWN_RATE = 100;
    private static final double UNKNOWN_STEP = 0.1;
    private static final int STEPS_TO_REFUSED_RATE = 100;
    private static final int LIFT_FACTOR = 2;

    /**
     * Permission to send one request.
     *
     * @param episode tells requests sent before a refusal from those sent after it
     */
    record Permit(long episode) {}

    private final LongSupplier nanos;
    private final Duration firstPause;

    private double rate = UNLIMITED;
    private double refusedRate = UNLIMITED;
    private long nextPermit;
    private long pausedUntil;
    private long pausedNanos;
    private Duration nextPause;
    private boolean probing;
    private boolean probeSent;
    private long refusals;
    private long episode;
    private boolean measuring;
    private long measuredSince;
    private long accepted;

    /** Starts unlimited; {@code firstPause} follows a refusal that asks for no wait. */
    RateLimiter(LongSupplier nanos, Duration firstPause) {
        this.nanos = nanos;
        this.firstPause = firstPause;
        this.nextPause = firstPause;
        this.nextPermit = nanos.getAsLong();
        this.pausedUntil = nextPermit;
    }

    /** Starts at a rate learned earlier. */
    synchronized void resumeAt(double requestsPerSecond) {
        limitTo(requestsPerSecond);
    }

    /** Issues the next permit, if it is due. */
    synchronized Optional<Permit> take() {
        long now = nanos.getAsLong();
        if (now - pausedUntil < 0 || (probing && probeSent) || (isLimited() && now - nextPermit < 0)) {
            return Optional.empty();
        }
        probeSent = probing;
        if (isLimited()) {
            nextPermit = now + Math.round(NANOS_PER_SECOND / rate);
        }
        if (!measuring) {
            measuring = true;
            measuredSince = now;
        }
        return Optional.of(new Permit(episode));
    }

    Duration firstPause() {
        return firstPause;
    }

    /** The time to the next permit; zero if only the response to a probe is missing. */
    synchronized Duration untilNextPermit() {
        long now = nanos.getAsLong();
        long next = isLimited() ? Math.max(nextPermit - now, pausedUntil - now) : pausedUntil - now;
        return Duration.ofNanos(Math.max(0, next));
    }

    /** The rest of the current pause. */
    synchronized Duration pauseLeft() {
        return Duration.ofNanos(Math.max(0, pausedUntil - nanos.getAsLong()));
    }

    /**
     * Reports a request that the server accepted.
     *
     * @return whether it was the probe that ends a pause
     */
    synchronized boolean accepted(Permit permit) {
        accepted++;
        if (permit.episode() != episode) {
            return false;
        }
        if (probing) {
            endPause();
            return true;
        }
        if (isLimited()) {
            speedUp();
        }
        return false;
    }

    /** Reports a failure that says nothing about the rate. */
    synchronized void failed(Permit permit) {
        if (permit.episode() == episode) {
            probeSent = false;
        }
    }

    /**
     * Reports a refused request, and pauses.
     *
     * @param asked the wait that the server asks for, if any
     * @param max the longest pause by backoff that the caller allows
     * @return the pause that starts now; empty if the request was sent before an earlier refusal
     */
    synchronized Optional<Duration> refused(Permit permit, Optional<Duration> asked, Duration max) {
        refusals++;
        if (permit.episode() != episode) {
            asked.filter(wait -> wait.compareTo(max) <= 0).ifPresent(this::pause);
            return Optional.empty();
        }
        episode++;
        if (!probing) {
            slowDown();
        }
        Duration backoff = nextPause.compareTo(max) < 0 ? nextPause : max;
        // A server that keeps asking for no wait must still not be requested without a pause.
        boolean believed = asked.isPresent() && (!probing || asked.get().compareTo(backoff) >= 0);
        Duration pause = believed ? asked.get() : backoff;
        nextPause = min(nextPause.multipliedBy(2), MAX_PAUSE);
        probing = true;
        probeSent = false;
        pause(pause);
        return Optional.of(pause);
    }

    /** Issues no permit for this long. */
    synchronized void pause(Duration length) {
        long now = nanos.getAsLong();
        long until = now + length.toNanos();
        long from = pausedUntil - now > 0 ? pausedUntil : now;
        if (until - from > 0) {
            pausedNanos += until - from;
            pausedUntil = until;
        }
    }

    /** The rate in requests per second; empty while unlimited. */
    synchronized OptionalDouble rate() {
        return isLimited() ? OptionalDouble.of(rate) : OptionalDouble.empty();
    }

    /** The number of refused requests. */
    synchronized long refusals() {
        return refusals;
    }

    /** The total of all pauses, including the rest of the current one. */
    synchronized Duration paused() {
        return Duration.ofNanos(pausedNanos);
    }

    private boolean isLimited() {
        return rate < UNLIMITED;
    }

    /** Halves the rate that was set or, while unlimited, measured. */
    private void slowDown() {
        double before = isLimited() ? rate : measured();
        if (before < UNLIMITED) {
            limitTo(before / 2);
        } else {
            // Nothing was measured: the rate grows by a tenth with each response, until the next refusal.
            rate = FIRST_RATE;
            refusedRate = UNLIMITED;
        }
    }

    /** The server allows the rate measured from the end of the last pause to the end of this one, whatever the burst before. */
    private void endPause() {
        probing = false;
        probeSent = false;
        nextPause = firstPause;
        if (measured() < rate) {
            limitTo(measured());
        }
        long now = nanos.getAsLong();
        nextPermit = now + Math.round(NANOS_PER_SECOND / rate);
        measuredSince = now;
        accepted = 0;
    }

    private double measured() {
        long elapsed = nanos.getAsLong() - measuredSince;
        return accepted < MIN_SAMPLE || elapsed <= 0 ? UNLIMITED : accepted * NANOS_PER_SECOND / elapsed;
    }

    private void limitTo(double requestsPerSecond) {
        rate = Math.max(MIN_RATE, requestsPerSecond);
        refusedRate = 2 * rate;
    }

    private void speedUp() {
        boolean known = refusedRate < UNLIMITED;
        rate += known ? refusedRate / STEPS_TO_REFUSED_RATE : rate * UNKNOWN_STEP;
        double lifted = known ? LIFT_FACTOR * refusedRate : MAX_UNKNOWN_RATE;
        if (rate > lifted) {
            rate = UNLIMITED;
            refusedRate = UNLIMITED;
            measuring = false;
            accepted = 0;
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
