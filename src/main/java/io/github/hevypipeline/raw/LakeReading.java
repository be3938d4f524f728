package io.github.hevypipeline.raw;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;

/**
 * One attempt after another to read a commit and all its files, while other runs may commit and remove them.
 *
 * <p>Not thread-safe; it belongs to one run.
 */
public final class LakeReading {
    private boolean finished;
    private Committed current;
    private long vanishedIn = -1;

    LakeReading() {}

    /** Whether the files of the newest commit are not all here yet. */
    public boolean isUnfinished() {
        return !finished;
    }

    void commit(Committed newest) {
        current = newest;
    }

    void allFilesHere() {
        finished = true;
    }

    /** A file of the commit is gone: a newer commit superseded it, or it was lost. */
    void vanished(CommittedFile file) {
        if (vanishedIn == current.sequence()) {
            throw new SystemError(
                    ExitCode.S3,
                    "The committed file " + file.path() + " is missing from the bucket.",
                    "Restore it from a backup or a version of the bucket; no run deletes a current file.");
        }
        vanishedIn = current.sequence();
    }
}
