package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.lake.ItemDeduplicator;
import io.github.hevypipeline.lake.SyncMode;
import io.github.hevypipeline.lake.SyncPlan;

/**
 * What one load takes in of one resource: how much it fetches, and what it has heard of each item.
 *
 * <p>Owned by one run; the {@link ItemDeduplicator} alone is shared by the threads that fetch pages.
 */
public final class Intake {
    private final ItemDeduplicator roster = new ItemDeduplicator();
    private SyncPlan plan;

    public Intake(SyncPlan plan) {
        this.plan = plan;
    }

    /** How much is fetched, and why. */
    public SyncPlan plan() {
        return plan;
    }

    /** The items that were met so far. */
    public ItemDeduplicator roster() {
        return roster;
    }

    public boolean isIncremental() {
        return plan.mode() == SyncMode.INCREMENTAL;
    }

    public void beginAgain(SyncPlan other) {
        plan = other;
        roster.clear();
    }
}
