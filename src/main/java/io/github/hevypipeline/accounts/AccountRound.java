package io.github.hevypipeline.accounts;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/**
 * One round over some accounts: how each has ended.
 *
 * <p>Thread-safe.
 */
public final class AccountRound {
    private static final long NAP_MILLIS = 100;

    private final int accounts;
    private final Set<String> failedBefore;
    private final List<DeadLetter> failures = new ArrayList<>();
    private int unchanged;
    private int changed;

    /**
     * Begins a round.
     *
     * @param failedBefore the accounts of which there is a dead letter in the lake
     */
    AccountRound(int accounts, Set<String> failedBefore) {
        this.accounts = accounts;
        this.failedBefore = Set.copyOf(failedBefore);
    }

    /** Whether the account has a dead letter in the lake, from an earlier round. */
    boolean hasFailedBefore(String accountId) {
        return failedBefore.contains(accountId);
    }

    /** An account is as committed. */
    synchronized void ended(boolean hasChanged) {
        if (hasChanged) {
            changed++;
        } else {
            unchanged++;
        }
        notifyAll();
    }

    /** An account has failed. */
    synchronized void failed(DeadLetter letter) {
        failures.add(letter);
        notifyAll();
    }

    /**
     * Waits until each account has ended.
     *
     * @throws TransientError if a signal stops the process before
     */
    public synchronized void awaitEnd(CamelContext camel) throws InterruptedException {
        while (changed + unchanged + failures.size() < accounts) {
            if (camel.isStopping() || camel.isStopped()) {
                throw new TransientError(
                        ExitCode.TERMINATED,
                        "Stopped by a signal; " + (changed + unchanged) + " of " + accounts + " accounts are done.",
                        "Run again.");
            }
            TimeUnit.MILLISECONDS.timedWait(this, NAP_MILLIS);
        }
    }

    /**
     * Checks that no account has failed.
     *
     * @throws TransientError if one has
     */
    public synchronized void requireAll() {
        if (!failures.isEmpty()) {
            throw new TransientError(
                    ExitCode.ACCOUNTS_FAILED,
                    failures.size() + " of " + accounts
                            + " accounts failed, each for the reason above; the others are done.",
                    "Do what each line says; the next round tries them again.");
        }
    }

    public int getAccounts() {
        return accounts;
    }

    /** How many accounts had something new. */
    public synchronized int getChanged() {
        return changed;
    }

    /** How many accounts had nothing new. */
    public synchronized int getUnchanged() {
        return unchanged;
    }

    /** What became of the accounts that failed, in the order in which they did. */
    public synchronized List<DeadLetter> getFailures() {
        return List.copyOf(failures);
    }
}
