package io.github.hevypipeline.failure;

/**
 * The outcome of a run as an exit code.
 *
 * <p>Immutable. The numbers are a public contract and never change their meaning.
 */
public enum ExitCode {
    DONE(0),
    DATA_TEST_FAILED(1),
    CONFIGURATION(2),
    HEVY_API(3),
    S3(4),
    ANOTHER_RUN_WON(5),
    LOCAL_DISK(6),
    ACCOUNTS_FAILED(7),
    SPARK(8),
    BUG(70),
    INTERRUPTED(130),
    TERMINATED(143);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The exit code of the process. */
    public int number() {
        return number;
    }
}
