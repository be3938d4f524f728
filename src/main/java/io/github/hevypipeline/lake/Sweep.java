package io.github.hevypipeline.lake;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the deletions that the store denies in one run. The run goes on, and a later one sweeps what stays.
 *
 * <p>Thread-safe. After the first denial the run tries no other deletion.
 */
public final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private final AtomicInteger denied = new AtomicInteger();
    private volatile boolean allowed = true;

    private final Destination destination;

    public Sweep(Destination destination) {
        this.destination = destination;
    }

    /** Begins a load; the first one of a run starts the count. */
    public void begin(@Variable("load") LoadTransaction before) {
        if (before == null) {
            denied.set(0);
            allowed = true;
        }
    }

    /** Whether the store has denied no deletion in this run. */
    public boolean isAllowed() {
        return allowed;
    }

    /** Counts an object that stays, since this deletion is denied or another was. */
    public void noteDenied() {
        allowed = false;
        if (denied.getAndIncrement() == 0) {
            LOG.warn(
                    "sweep     {}, so superseded files stay beside the current ones and are read"
                            + " twice by whoever reads whole folders; allow it, and the next run sweeps them",
                    denial());
        }
    }

    /** Who denies what. */
    public String denial() {
        return destination.store() + " denies " + (destination.isFolder() ? "deleting a file" : "s3:DeleteObject");
    }

    /** How many objects stay that should have been deleted. */
    public int denied() {
        return denied.get();
    }
}
