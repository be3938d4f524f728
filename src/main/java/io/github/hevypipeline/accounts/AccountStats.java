package io.github.hevypipeline.accounts;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the account loads and merges of this process, for its metrics.
 *
 * <p>Thread-safe.
 */
public final class AccountStats {
    /** How the load of an account ended. */
    public enum Outcome {
        /** Something was new, and is committed. */
        LOADED,
        /** Nothing was new. */
        UNCHANGED,
        FAILED
    }

    private record Loads(Instant lastTried, Instant lastGood, boolean isFailing) {}

    private final Duration window;
    private final Map<Outcome, Long> totals = new EnumMap<>(Outcome.class);
    private final Map<String, Loads> accounts = new HashMap<>();
    private Instant newest = Instant.MIN;
    private long waiting;
    private long merges;
    private Duration merging = Duration.ZERO;

    /**
     * Creates counts of zero.
     *
     * @param window an account that this process has not tried for so long, while it tried others, belongs to another worker
     */
    public AccountStats(Duration window) {
        this.window = window;
    }

    /** Counts the end of an account's load. Before its first good load an account is behind since it was first tried. */
    public synchronized void ended(String accountId, Outcome outcome, Instant at) {
        totals.merge(outcome, 1L, Long::sum);
        boolean isFailing = outcome == Outcome.FAILED;
        Loads before = accounts.getOrDefault(accountId, new Loads(at, at, isFailing));
        accounts.put(accountId, new Loads(at, isFailing ? before.lastGood() : at, isFailing));
        newest = at.isAfter(newest) ? at : newest;
    }

    /** Sets how many commits wait for the merge. */
    public synchronized void waiting(long commits) {
        waiting = commits;
    }

    /** Counts a merge. */
    public synchronized void merged(Duration time) {
        merges++;
        merging = merging.plus(time);
    }

    /** How many loads ended so. */
    public synchronized long total(Outcome outcome) {
        return totals.getOrDefault(outcome, 0L);
    }

    /** How many accounts failed when they were last tried. */
    public synchronized long failing() {
        return accounts.values().stream()
                .filter(this::isOurs)
                .filter(Loads::isFailing)
                .count();
    }

    /** The last good load of the account that is furthest behind; empty before the first load. */
    public synchronized Optional<Instant> furthestBehind() {
        return accounts.values().stream()
                .filter(this::isOurs)
                .map(Loads::lastGood)
                .min(Instant::compareTo);
    }

    public synchronized long waiting() {
        return waiting;
    }

    public synchronized long merges() {
        return merges;
    }

    /** How long all merges took together. */
    public synchronized Duration merging() {
        return merging;
    }

    private boolean isOurs(Loads loads) {
        return !loads.lastTried().plus(window).isBefore(newest);
    }
}
