package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.lake.internal.DatasetListing;
import io.github.hevypipeline.lake.internal.LoadWorkspace;
import io.github.hevypipeline.lake.internal.UnchangedPageCache;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins load transactions: new ones, and those that a killed run has left.
 *
 * <p>Used by one run at a time, after {@link Lake#beginReading}.
 */
public final class TransactionBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionBuilder.class);
    private static final int MAX_ATTEMPTS = 3;

    private final Lake lake;
    private final CrashRecovery recovery;
    private final DeletionGuard deletionGuard;
    private final UnchangedPageCache unchangedPages;
    private final boolean fullRefresh;
    private final Clock clock;

    /**
     * @param recovery also names the resources to fetch and the account
     * @param fullRefresh whether every resource is fetched as a whole
     * @param allowDeletions whether a load may delete much at once
     */
    public TransactionBuilder(
            Lake lake, CrashRecovery recovery, boolean fullRefresh, boolean allowDeletions, Clock clock) {
        this.lake = lake;
        this.recovery = recovery;
        this.unchangedPages = new UnchangedPageCache(lake.folder(), lake.cache());
        this.deletionGuard = new DeletionGuard(lake.folder(), allowDeletions, clock);
        this.fullRefresh = fullRefresh;
        this.clock = clock;
    }

    /**
     * Begins a load that follows a commit, or resumes the one that a killed run has left.
     *
     * @param before the load before in this run, or null
     * @throws TransientError if another run has won the commit too often
     */
    public LoadTransaction begin(
            @Variable("committed") Snapshot committed,
            @Variable("load") LoadTransaction before,
            @Variable("listing") DatasetListing listing)
            throws IOException {
        int attempt = attempt(committed, before);
        Optional<CrashRecovery.Resumable> left = recovery.resumable(committed);
        if (left.isPresent() && left.get().pending().isPresent()) {
            LOG.info(
                    "land      load {} of a run that was cut short lacks only its commit",
                    left.get().loadId());
            return LoadTransaction.ofKilledRun(lake, unchangedPages, left.get(), attempt, committed);
        }
        if (left.isPresent()) {
            LOG.info(
                    "extract   resuming load {} of a run that was cut short",
                    left.get().loadId());
            recovery.freshen(left.get());
            return load(left.get().files(), left.get().origin(), attempt, committed, listing);
        }
        Instant now = clock.instant();
        String id = LoadIds.next(now, committed.loadId());
        LoadWorkspace files = lake.folder().newWorkspace(id);
        LoadWorkspace.Origin origin = new LoadWorkspace.Origin(
                id, now.toString(), committed.sequence(), recovery.source(), Resource.names(recovery.resources()));
        files.write(origin);
        return load(files, origin, attempt, committed, listing);
    }

    private int attempt(Snapshot committed, LoadTransaction before) {
        if (before == null || !before.isLost()) {
            return before == null ? 1 : before.attempt();
        }
        if (before.attempt() == MAX_ATTEMPTS) {
            throw new TransientError(
                    ExitCode.ANOTHER_RUN_WON,
                    "Other runs committed to the same lake " + MAX_ATTEMPTS + " times while this one was loading.",
                    "Schedule one run at a time; what this one wrote was removed.");
        }
        if (committed.sequence() <= before.getBase().sequence()) {
            Destination destination = lake.getDestination();
            throw new TransientError(
                    destination.failure(),
                    "Commit " + (before.getBase().sequence() + 1) + " is in " + destination.rawUri() + ", but "
                            + destination.lister() + " does not list it.",
                    "Run again; if it stays, " + destination.lister() + " is not to be relied upon.");
        }
        return before.attempt() + 1;
    }

    private LoadTransaction load(
            LoadWorkspace files, LoadWorkspace.Origin origin, int attempt, Snapshot committed, DatasetListing listing)
            throws IOException {
        DatasetSchema schema = lake.declared().with(committed.state().tables());
        Map<Resource, SyncPlan> plans = new LinkedHashMap<>();
        for (Resource resource : recovery.resources()) {
            plans.put(resource, plan(resource, committed, files, schema, origin.startedAtInstant()));
        }
        for (Resource exported : lake.catalog().exported()) {
            if (committed.manifest().rows(exported) > 0) {
                plans.putIfAbsent(exported, SyncPlan.nothing("no export is read"));
            }
        }
        List<Resource> unnamed = committed.isLost()
                ? recovery.resources().stream().filter(listing::holdsRowsOf).toList()
                : List.of();
        return new LoadTransaction(
                lake, unchangedPages, deletionGuard, clock, files, origin, attempt, committed, schema, plans, unnamed);
    }

    private SyncPlan plan(
            Resource resource, Snapshot committed, LoadWorkspace files, DatasetSchema schema, Instant startedAt)
            throws IOException {
        boolean listWasBegun = !files.pages(resource, 0).isEmpty();
        if (listWasBegun && resource.events() != null) {
            return SyncPlan.all("the run before had begun to");
        }
        List<CommittedFile> family = committed.of(resource).manifest().files(schema.family(resource.table()));
        return SyncPlan.of(
                resource,
                new SyncPlan.Situation(
                        fullRefresh,
                        !family.isEmpty() && lake.cache().missing(family).isEmpty(),
                        committed.state().watermark(resource.name()),
                        lake.folder()
                                .lastFullRefresh(
                                        resource.name(), committed.state().fullRefresh(resource.name())),
                        startedAt));
    }
}
