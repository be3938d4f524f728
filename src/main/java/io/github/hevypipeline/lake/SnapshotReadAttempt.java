package io.github.hevypipeline.lake;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One attempt after another to read a commit and all its files, while other runs may commit and remove them.
 *
 * <p>Thread-safe: files are read side by side; it belongs to one run. A file that is missing or damaged in two attempts,
 * with no newer commit in between, is lost.
 */
public final class SnapshotReadAttempt {
    private final Set<String> lost = new HashSet<>();
    private final Set<String> doubtful = new HashSet<>();
    private final Map<String, CommittedFile> toPutBack = new TreeMap<>();
    private boolean finished;
    private long sequence;
    private final Map<String, Long> suspected = new HashMap<>();

    SnapshotReadAttempt() {}

    /** Whether the files of the newest commit are not all here yet. */
    public synchronized boolean isUnfinished() {
        return !finished;
    }

    synchronized void commit(Snapshot newest, Set<String> doubtfulPaths) {
        sequence = newest.sequence();
        doubtful.clear();
        doubtful.addAll(doubtfulPaths);
    }

    /** Whether the listing leaves it open that a file is in the bucket as it was committed. */
    synchronized boolean isDoubtful(CommittedFile file) {
        return doubtful.contains(file.path());
    }

    /** A file is in the bucket as it was committed. */
    synchronized void found(CommittedFile file) {
        doubtful.remove(file.path());
        toPutBack.remove(file.path());
    }

    /** A file is lost in the bucket, but there is a whole copy of it here. */
    synchronized void putBack(CommittedFile file) {
        toPutBack.put(file.path(), file);
    }

    synchronized List<CommittedFile> toPutBack() {
        return List.copyOf(toPutBack.values());
    }

    synchronized void lose(CommittedFile file) {
        lost.add(file.path());
    }

    synchronized void allFilesHere() {
        finished = true;
    }

    /** A file could not be read: superseded by a newer commit, or lost. Gives whether it is the latter. */
    synchronized boolean unreadable(CommittedFile file) {
        Long before = suspected.put(file.path(), sequence);
        return before != null && before.longValue() == sequence;
    }

    /** Whether a file was found to be lost. */
    synchronized boolean isLost(CommittedFile file) {
        return lost.contains(file.path());
    }
}
