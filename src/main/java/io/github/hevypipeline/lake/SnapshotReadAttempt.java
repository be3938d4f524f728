package io.github.hevypipeline.lake;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads the newest commit with all its files, again and again while other runs may commit and delete files.
 *
 * <p>Thread-safe, since files are read in parallel; it belongs to one run. A file that is missing or damaged in two
 * attempts, with no newer commit in between, is lost.
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

    /** Whether the listing does not prove that a file is in the bucket as it was committed. */
    synchronized boolean isDoubtful(CommittedFile file) {
        return doubtful.contains(file.path());
    }

    /** A file is in the bucket as it was committed. */
    synchronized void found(CommittedFile file) {
        doubtful.remove(file.path());
        toPutBack.remove(file.path());
    }

    /** A file is lost in the bucket, but its local copy is whole. */
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

    /** Takes a file that could not be read, and returns whether it is lost rather than superseded. */
    synchronized boolean unreadable(CommittedFile file) {
        Long before = suspected.put(file.path(), sequence);
        return before != null && before.longValue() == sequence;
    }

    /** Whether a file was found to be lost. */
    synchronized boolean isLost(CommittedFile file) {
        return lost.contains(file.path());
    }
}
