package io.github.hevypipeline.runtime;

import io.github.hevypipeline.hevy.export.ExportFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the files that {@code HEVY_EXPORT} names, so that a new one is loaded at once, and none while it still arrives.
 *
 * <p>Not thread-safe; used by the timer's thread only. A file is complete once its name, size and time of modification have
 * stayed the same for {@link #STILL}. Nothing is opened.
 */
final class ExportWatch {
    /** Longer than a program pauses that writes a file. */
    static final Duration STILL = Duration.ofSeconds(2);
    /** Longer than an export takes to arrive; a file that is written on and on holds no run back after it. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(ExportWatch.class);

    /** What a look has found. */
    enum State {
        UNCHANGED,
        /** A file is being written. */
        ARRIVING,
        /** There is something complete that no run has read. */
        NEW
    }

    private final String location;
    private final InstantSource clock;
    private String last;
    private String read;
    /** When the files changed last; null once they are still. */
    private Instant lastChange;
    /** Since when they have changed again and again; null if they are still. */
    private Instant changingSince;

    private boolean warned;

    /**
     * Leaves the files that are there already to the schedule.
     *
     * @param location a file, a folder or a pattern
     * @param clock tells how long a file has not changed
     */
    ExportWatch(String location, InstantSource clock) {
        this.location = location;
        this.clock = clock;
        this.last = ExportFiles.state(location);
        this.read = last;
    }

    State look() {
        String found = ExportFiles.state(location);
        Instant now = clock.instant();
        if (!found.equals(last)) {
            last = found;
            lastChange = now;
            changingSince = changingSince == null ? now : changingSince;
        }
        if (lastChange != null && now.isBefore(lastChange.plus(STILL))) {
            if (now.isBefore(changingSince.plus(PATIENCE))) {
                return State.ARRIVING;
            }
            if (!warned) {
                LOG.warn(
                        "export    files of {} change again and again; runs no longer wait until they are complete",
                        location);
                warned = true;
            }
            return State.UNCHANGED;
        }
        lastChange = null;
        changingSince = null;
        warned = false;
        return found.equals(read) ? State.UNCHANGED : State.NEW;
    }

    /** A run begins, which reads what the last look has found. */
    void runBegins() {
        read = last;
    }
}
