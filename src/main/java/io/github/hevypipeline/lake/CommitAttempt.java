package io.github.hevypipeline.lake;

/**
 * The commit of one load under way: its object, how often it was put and whether it is known what came of it.
 *
 * <p>Not thread-safe; it belongs to one run.
 */
public final class CommitAttempt {
    private final StagedObject object;
    private int failures;
    private Exception failure;
    private boolean decided;

    CommitAttempt(StagedObject object) {
        this.object = object;
    }

    /** What is put. */
    public StagedObject getObject() {
        return object;
    }

    /** Whether it is not known yet who has the sequence. */
    public boolean isUndecided() {
        return !decided;
    }

    void decide() {
        decided = true;
    }

    /** How many PUTs have failed. */
    int failures() {
        return failures;
    }

    void noteFailure(Exception of) {
        failures++;
        failure = of;
    }

    /** Why the last PUT failed. */
    Exception failure() {
        return failure;
    }
}
