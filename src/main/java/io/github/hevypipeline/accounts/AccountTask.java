package io.github.hevypipeline.accounts;

/**
 * The load of one account in a round. Immutable; its parts say whether they are thread-safe.
 *
 * @param attempt 1, and one more each time another worker won the commit
 */
public record AccountTask(AccountEntry entry, AccountRound round, int attempt) {
    private static final int MAX_ATTEMPTS = 3;

    /** The same account once more, from the commit that won. */
    AccountTask again() {
        return new AccountTask(entry, round, attempt + 1);
    }

    /** Whether it is left to the next round. */
    boolean isLast() {
        return attempt == MAX_ATTEMPTS;
    }
}
