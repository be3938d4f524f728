package io.github.hevypipeline.raw;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * One attempt after another to read a commit and all its files, while other runs may commit and remove them.
 *
 * <p>Thread-safe: files are read side by side; it belongs to one run. A file that is missing or damaged in two attempts,
 * with no newer commit in between, is lost.
 */
public final class LakeReading {
    private final Set<String> lost = new HashSet<>();
    private boolean finished;
    private long sequence;
    private final Map<String, Long> suspected = new HashMap<>();

    LakeReading() {}

    /** Whether the files of the newest commit are not all here yet. */
    public synchronized boolean isUnfinished() {
        return !finished;
    }

    synchronized void commit(Committed newest) {
        sequence = newest.sequence();
    }

    synchronized void allFilesHere() {
        finished = true;
    }

    /** A file could not be read: superseded by a newer commit, or lost. Gives whether it is lost. */
    synchronized boolean unreadable(CommittedFile file) {
        Long before = suspected.put(file.path(), sequence);
        boolean again = before != null && before.longValue() == sequence;
        if (again) {
            lost.add(file.path());
        }
        return again;
    }

    /** Whether a file was found to be lost. */
    synchronized boolean isLost(CommittedFile file) {
        return lost.contains(file.path());
    }
}
