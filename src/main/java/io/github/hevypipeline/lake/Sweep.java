package io.github.hevypipeline.lake;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the deletions that S3 denies in one run. The run goes on, and a later one sweeps what stays.
 *
 * <p>Thread-safe. After the first denial the run tries no other deletion.
 */
public final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private final AtomicInteger denied = new AtomicInteger();
    private volatile boolean allowed = true;

    /** Begins a load; the first one of a run starts the count. */
    public void begin(@Variable("load") LoadTransaction before) {
        if (before == null) {
            denied.set(0);
            allowed = true;
        }
    }

    /** Whether S3 has denied no deletion in this run. */
    public boolean isAllowed() {
        return allowed;
    }

    /** Counts an object that stays, since S3 denies this deletion or has denied another. */
    public void noteDenied() {
        allowed = false;
        if (denied.getAndIncrement() == 0) {
            LOG.warn(
                    "sweep     S3 denies s3:DeleteObject, so superseded files stay beside the current ones and are read"
                            + " twice by whoever reads whole folders; allow it, and the next run sweeps them");
        }
    }

    /** How many objects stay that should have been deleted. */
    public int denied() {
        return denied.get();
    }
}
