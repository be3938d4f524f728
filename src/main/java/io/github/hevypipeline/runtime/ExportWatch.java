package io.github.hevypipeline.runtime;

import io.github.hevypipeline.hevy.export.ExportFiles;

/**
 * Watches the files that {@code HEVY_EXPORT} names, so that a new one is loaded at once, and none while it still arrives.
 *
 * <p>Not thread-safe; used by the timer's thread only. A file is complete if two looks in a row find it the same: its name,
 * size and time of modification. Nothing is opened.
 */
final class ExportWatch {
    /** What a look has found. */
    enum State {
        UNCHANGED,
        /** A file is being written. */
        ARRIVING,
        /** There is something complete that no run has read. */
        NEW
    }

    private final String location;
    private String last;
    private String read;

    /**
     * Leaves the files that are there already to the schedule.
     *
     * @param location a file, a folder or a pattern
     */
    ExportWatch(String location) {
        this.location = location;
        this.last = ExportFiles.state(location);
        this.read = last;
    }

    State look() {
        String now = ExportFiles.state(location);
        boolean isStill = now.equals(last);
        last = now;
        if (!isStill) {
            return State.ARRIVING;
        }
        return now.equals(read) ? State.UNCHANGED : State.NEW;
    }

    /** A run begins, which reads what the last look has found. */
    void runBegins() {
        read = last;
    }
}
