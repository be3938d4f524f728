package io.github.hevypipeline.raw;

/**
 * What one load takes in of one resource: how much it fetches, and what it has heard of each item.
 *
 * <p>Owned by one run; the {@link Roster} alone is shared by the threads that fetch pages.
 */
public final class Intake {
    private final Roster roster = new Roster();
    private SyncPlan plan;

    Intake(SyncPlan plan) {
        this.plan = plan;
    }

    /** How much is fetched, and why. */
    public SyncPlan plan() {
        return plan;
    }

    /** The items that were met so far. */
    public Roster roster() {
        return roster;
    }

    boolean isIncremental() {
        return plan.mode() == SyncMode.INCREMENTAL;
    }

    void beginAgain(SyncPlan other) {
        plan = other;
        roster.clear();
    }
}
