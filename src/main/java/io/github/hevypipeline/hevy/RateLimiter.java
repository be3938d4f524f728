package io.github.hevypipeline.hevy;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * The rate of requests to a server that does not publish its limit: unlimited until a request is refused, then additive
 * increase and multiplicative decrease, as TCP does it.
 *
 * <p>A refusal pauses all callers and halves the rate. After the pause a single request probes the server, while the
 * others wait for its response: a refused probe doubles the pause, an accepted one ends it. From then on each accepted
 * request adds a hundredth of the rate that was refused. At twice that rate the server no longer seems to limit, and the
 * rate is unlimited again.
 *
 * <p>Thread-safe, and never blocks: who has no permit yet asks again after {@link #untilNextTurn()}.
 */
final class RateLimiter {
    /** Pauses no longer double beyond this, and the rate does not fall below one request per pause. */
    static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private static final double UNLIMITED = Double.POSITIVE_INFINITY;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MIN_RATE = NANOS_PER_SECOND / MAX_PAUSE.toNanos();
    /** Where the rate begins if too few responses came to measure one. */
    private static final double FIRST_RATE = 10;

    /** Fewer responses than this do not make a measurement. */
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
    private long nextTurn;
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

    /** Begins unlimited; {@code firstPause} follows a refusal that does not say how long to wait. */
    RateLimiter(LongSupplier nanos, Duration firstPause) {
        this.nanos = nanos;
        this.firstPause = firstPause;
        this.nextPause = firstPause;
        this.nextTurn = nanos.getAsLong();
        this.pausedUntil = nextTurn;
    }

    /** Begins at a rate learned earlier. */
    synchronized void resumeAt(double requestsPerSecond) {
        limitTo(requestsPerSecond);
    }

    /** Takes the next permit, if it is due. */
    synchronized Optional<Permit> take() {
        long now = nanos.getAsLong();
        if (now - pausedUntil < 0 || (probing && probeSent) || (isLimited() && now - nextTurn < 0)) {
            return Optional.empty();
        }
        probeSent = probing;
        if (isLimited()) {
            nextTurn = now + Math.round(NANOS_PER_SECOND / rate);
        }
        if (!measuring) {
            measuring = true;
            measuredSince = now;
        }
        return Optional.of(new Permit(episode));
    }

    /** How long the next permit is off; zero if it only depends on the response to a probe. */
    synchronized Duration untilNextTurn() {
        long now = nanos.getAsLong();
        long next = isLimited() ? Math.max(nextTurn - now, pausedUntil - now) : pausedUntil - now;
        return Duration.ofNanos(Math.max(0, next));
    }

    /** How long the pause under way still lasts. */
    synchronized Duration pauseLeft() {
        return Duration.ofNanos(Math.max(0, pausedUntil - nanos.getAsLong()));
    }

    /**
     * The request got a response.
     *
     * @return whether this ended a pause
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

    /** The request failed in a way that says nothing about the rate. */
    synchronized void failed(Permit permit) {
        if (permit.episode() == episode) {
            probeSent = false;
        }
    }

    /**
     * The request was refused.
     *
     * @param asked how long the server asks to wait, if it says so
     * @param max the longest pause that is left
     * @return the pause that this began; empty if the refusal belongs to a pause under way
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
        // A server that asks for no time at all, again and again, must not be asked without a pause.
        boolean believed = asked.isPresent() && (!probing || asked.get().compareTo(backoff) >= 0);
        Duration pause = believed ? asked.get() : backoff;
        nextPause = min(nextPause.multipliedBy(2), MAX_PAUSE);
        probing = true;
        probeSent = false;
        pause(pause);
        return Optional.of(pause);
    }

    /** Lets nobody send a request for this long. */
    synchronized void pause(Duration length) {
        long now = nanos.getAsLong();
        long until = now + length.toNanos();
        long from = pausedUntil - now > 0 ? pausedUntil : now;
        if (until - from > 0) {
            pausedNanos += until - from;
            pausedUntil = until;
        }
    }

    /** Requests per second; empty while they are unlimited. */
    synchronized OptionalDouble rate() {
        return isLimited() ? OptionalDouble.of(rate) : OptionalDouble.empty();
    }

    /** How many requests were refused so far. */
    synchronized long refusals() {
        return refusals;
    }

    /** All pauses so far together, those that are not over yet too. */
    synchronized Duration paused() {
        return Duration.ofNanos(pausedNanos);
    }

    private boolean isLimited() {
        return rate < UNLIMITED;
    }

    /** Half of the rate so far: the one that was set, or the one that was measured. */
    private void slowDown() {
        double before = isLimited() ? rate : measured();
        if (before < UNLIMITED) {
            limitTo(before / 2);
        } else {
            // Unknown: the rate grows by a tenth with each response, until the next refusal.
            rate = FIRST_RATE;
            refusedRate = UNLIMITED;
        }
    }

    /** What came through from the last pause to the end of this one is what the server allows, whatever the burst before. */
    private void endPause() {
        probing = false;
        probeSent = false;
        nextPause = firstPause;
        if (measured() < rate) {
            limitTo(measured());
        }
        long now = nanos.getAsLong();
        nextTurn = now + Math.round(NANOS_PER_SECOND / rate);
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
