package io.github.hevypipeline.lake;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deletions of one run, as far as S3 denies them: the run goes on, and a later one sweeps what stays.
 *
 * <p>Thread-safe. After the first denial nothing more is tried in a run.
 */
public final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);

    private final AtomicInteger denied = new AtomicInteger();
    private volatile boolean allowed = true;

    /** A load begins: the first of a run, if there is none before it. */
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

    /** An object stays, since S3 denies to delete it, or has denied another. */
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
