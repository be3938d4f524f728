package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.lake.internal.CommitLog;
import io.github.hevypipeline.lake.internal.CommittedStates;
import io.github.hevypipeline.lake.internal.CrashRecovery;
import io.github.hevypipeline.lake.internal.LoadIds;
import io.github.hevypipeline.lake.internal.LoadWorkspace;
import io.github.hevypipeline.lake.internal.PendingCommit;
import io.github.hevypipeline.lake.internal.UnchangedPageCache;
import io.github.hevypipeline.lake.rows.IncrementalScope;
import io.github.hevypipeline.lake.rows.Merge;
import io.github.hevypipeline.lake.rows.StagedFile;
import io.github.hevypipeline.lake.rows.StagedParquetWriter;
import io.github.hevypipeline.lake.s3.DatasetListing;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import io.github.hevypipeline.project.ProjectFolder;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads into the lake as the routes see them: from the first page to the commit, and what killed ones have left.
 *
 * <p>Used by one run at a time, after {@link Lake#beginReading}; the state of a load is in its {@link LoadTransaction}.
 */
public final class LoadSteps {
    private static final Logger LOG = LoggerFactory.getLogger(LoadSteps.class);
    private static final int MOST_ATTEMPTS = 3;

    private final Lake lake;
    private final Destination destination;
    private final CrashRecovery leftovers;
    private final DeletionGuard deletionGuard;
    private final UnchangedPageCache known;
    private final List<Resource> resources;
    private final boolean fullRefresh;
    private final String source;
    private final Clock clock;

    /**
     * Nothing is begun yet.
     *
     * @param selection the resources to fetch, separated by commas
     * @param fullRefresh whether all of each is fetched, whatever is committed
     * @param source tells accounts apart, so that no load mixes two; holds no secret
     * @param allowDeletions whether a load may delete much at once
     */
    public LoadSteps(
            Lake lake, String selection, boolean fullRefresh, String source, Clock clock, boolean allowDeletions) {
        this.lake = lake;
        this.destination = lake.getDestination();
        this.resources = ResourceCatalog.read(
                        ProjectFolder.find("schemas", "resources.yaml").path())
                .select(selection);
        this.known = new UnchangedPageCache(lake.folder(), lake.cache());
        this.leftovers = new CrashRecovery(lake, resources, source, clock);
        this.deletionGuard = new DeletionGuard(lake.folder(), allowDeletions, clock);
        this.fullRefresh = fullRefresh;
        this.source = source;
        this.clock = clock;
    }

    /**
     * Begins a load that follows a commit, or takes up the one that a killed run has left.
     *
     * @param before the load before in this run, or null
     * @throws TransientError if another run has won the commit too often
     */
    public LoadTransaction begin(@Variable("committed") Snapshot committed, @Variable("load") LoadTransaction before)
            throws IOException {
        int attempt = before == null ? 1 : before.isLost() ? before.attempt() + 1 : before.attempt();
        if (attempt > MOST_ATTEMPTS) {
            throw new TransientError(
                    ExitCode.ANOTHER_RUN_WON,
                    "Other runs committed to the same lake " + MOST_ATTEMPTS + " times while this one was loading.",
                    "Schedule one run at a time; what this one wrote was removed.");
        }
        if (before != null
                && before.isLost()
                && committed.sequence() <= before.getBase().sequence()) {
            throw new TransientError(
                    ExitCode.S3,
                    "Commit " + (before.getBase().sequence() + 1) + " is in " + destination.rawUri()
                            + ", but the S3 server does not list it.",
                    "Run again; if it stays, the LIST of that server is not to be relied upon.");
        }
        Optional<CrashRecovery.Resumable> left = leftovers.resumable(committed);
        if (left.isPresent() && left.get().prepared().isPresent()) {
            LOG.info(
                    "land      load {} of a run that was cut short lacks only its commit",
                    left.get().loadId());
            return LoadTransaction.ofKilledRun(left.get(), attempt, committed);
        }
        if (left.isPresent()) {
            LOG.info(
                    "extract   resuming load {} of a run that was cut short",
                    left.get().loadId());
            leftovers.freshen(left.get());
            return load(left.get().files(), left.get().origin(), attempt, committed);
        }
        Instant now = clock.instant();
        String id = LoadIds.next(now, committed.loadId());
        LoadWorkspace files = lake.folder().newPackage(id);
        LoadWorkspace.Origin origin =
                new LoadWorkspace.Origin(id, now.toString(), committed.sequence(), source, Resource.names(resources));
        files.write(origin);
        return load(files, origin, attempt, committed);
    }

    private LoadTransaction load(LoadWorkspace files, LoadWorkspace.Origin origin, int attempt, Snapshot committed)
            throws IOException {
        DatasetSchema schema = lake.declared().with(committed.state().tables());
        Map<Resource, SyncPlan> plans = new LinkedHashMap<>();
        for (Resource resource : resources) {
            plans.put(resource, plan(resource, committed, files, origin.startedAtInstant()));
        }
        return new LoadTransaction(files, origin, attempt, committed, lake.cache(), known, schema, plans);
    }

    private SyncPlan plan(Resource resource, Snapshot committed, LoadWorkspace files, Instant startedAt)
            throws IOException {
        boolean listWasBegun = !files.pages(resource, 0).isEmpty();
        if (listWasBegun && resource.events() != null) {
            return SyncPlan.all("the run before had begun to");
        }
        List<CommittedFile> family = committed
                .manifest()
                .files(lake.declared().with(committed.state().tables()).family(resource.name()));
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

    /** The landing of one resource, which may have begun. */
    public Staging land(@Variable("load") LoadTransaction load, @Body Resource resource) {
        return load.landing(resource);
    }

    /** The pages of a list that are to be landed while the next ones are fetched. */
    public List<Staging.KeptPage> arrived(@Variable("landing") Staging landing, @Variable("arrived") int throughPage)
            throws IOException {
        return landing.arrived(throughPage);
    }

    /** The pages of one resource that are still to be landed in this pass. */
    public List<Staging.KeptPage> remaining(@Variable("landing") Staging landing) throws IOException {
        return landing.remaining();
    }

    /** Splits one page into a batch of rows for each table. */
    public List<PageBatch> flatten(@Variable("landing") Staging landing, @Body Staging.KeptPage page)
            throws IOException {
        return landing.flatten(page);
    }

    /** Writes one batch of rows to the Parquet file of its table. */
    public void marshal(@Variable("landing") Staging landing, @Body PageBatch batch) throws IOException {
        landing.marshal(batch);
    }

    /** Ends a pass over the pages of one resource. */
    public void endPass(@Variable("landing") Staging landing) throws IOException {
        landing.endPass();
    }

    /** Merges what was landed with what is committed. */
    public void merge(@Variable("load") LoadTransaction load, @Variable("landing") Staging landing) throws IOException {
        Resource resource = landing.resource();
        if (landing.isUnchanged()) {
            load.unchanged(resource);
            return;
        }
        List<String> family = load.schema().family(resource.name());
        Snapshot base = readable(load.getBase(), family);
        try (StagedParquetWriter output = new StagedParquetWriter(load.files().merged(), load.getId(), load.schema())) {
            Merge.Scope scope = load.intake(resource).isIncremental()
                    ? IncrementalScope.of(load, resource)
                    : Merge.Scope.EVERYTHING;
            Merge merge = new Merge(
                    load.schema(), family, base, lake.cache(), landing.staged(), landing.fingerprints(), output, scope);
            load.merged(resource, merge.run());
        }
    }

    /** A table with a lost file, or all if the state is lost, counts as never committed: its rows come anew from Hevy. */
    private Snapshot readable(Snapshot base, List<String> family) {
        return base.isWhole()
                        && lake.cache().missing(base.manifest().files(family)).isEmpty()
                ? base
                : base.without(family);
    }

    /**
     * Ends the merging and writes down what is to be put and deleted, so that whoever comes after a kill can go on.
     *
     * @throws SystemError if the rows are not as many as were fetched, which is a bug
     * @throws TransientError if it would delete too much at once
     */
    public void prepare(@Variable("load") LoadTransaction load) throws IOException {
        load.prepare();
        PendingCommit prepared = load.prepared();
        for (Resource resource : load.getResources()) {
            long rows = prepared.next().manifest().rows(resource.name());
            if (rows != load.expectedRows(resource)) {
                throw new SystemError(
                        ExitCode.BUG,
                        "The table " + resource.name() + " would have " + rows + " rows, but "
                                + load.expectedRows(resource) + " were fetched; nothing was committed.",
                        "Please report this; PIPELINE_FULL_REFRESH=true may help meanwhile.");
            }
        }
        deletionGuard.check(load);
        if (load.isChanged()) {
            lake.loadLog().writeState(load.files().state(), prepared.next(), clock.instant());
            lake.loadLog().writeCommit(load.files().commit(), prepared.next(), clock.instant(), load.schema());
            load.files().write(prepared);
        }
    }

    /** The data files of a load: all of them must be on S3 before its state. */
    public List<StagedObject> uploads(@Variable("load") LoadTransaction load) {
        List<StagedObject> objects = new ArrayList<>();
        for (StagedFile file : load.prepared().uploads()) {
            objects.add(new StagedObject(
                    destination.rawKey(file.file().path()), file.local().toFile()));
        }
        return objects;
    }

    /** The state of a load: it must be on S3 before the commit. */
    public StagedObject stateObject(@Variable("load") LoadTransaction load) {
        return new StagedObject(stateKey(load), load.files().state().toFile());
    }

    private String stateKey(LoadTransaction load) {
        return destination.rawKey(CommitLog.statePath(load.getId()));
    }

    /** The commit itself. */
    public StagedObject commitObject(@Variable("load") LoadTransaction load) {
        return new StagedObject(commitKey(load), load.files().commit().toFile());
    }

    /** The key that a load commits under. */
    public String commitKey(@Variable("load") LoadTransaction load) {
        return destination.rawKey(CommitLog.commitPath(load.getBase().sequence() + 1));
    }

    /** The keys that a load has put before it lost its commit. */
    public List<String> abandonedKeys(@Variable("load") LoadTransaction load) {
        List<String> keys = new ArrayList<>();
        load.prepared()
                .uploads()
                .forEach(file -> keys.add(destination.rawKey(file.file().path())));
        keys.add(stateKey(load));
        return keys;
    }

    /** Begins to tell which states belong to a commit, once a load is committed. */
    public CommittedStates statesAfter(
            @Variable("load") LoadTransaction load,
            @Variable("committed") Snapshot committed,
            @Variable("listing") DatasetListing listing) {
        if (load.getBase().isLost()) {
            listing.forgetNewestCommit();
        }
        return listing.states(committed);
    }

    private static List<String> damagedPaths(Snapshot base, DatasetListing listing) {
        return switch (base.damage()) {
            case NONE -> List.of();
            case COMMIT -> List.of(CommitLog.commitPath(base.sequence()));
            case STATE ->
                Stream.of(CommitLog.statePath(base.loadId()))
                        .filter(listing::holds)
                        .toList();
        };
    }

    /**
     * The keys of what a committed load makes superfluous: the files that it has superseded, what is damaged of the
     * commit that it follows, and whatever else was there when it began and no commit can name any more.
     */
    public List<String> supersededKeys(
            @Variable("load") LoadTransaction load,
            @Variable("committed") Snapshot committed,
            @Variable("listing") DatasetListing listing,
            @Variable("states") CommittedStates states) {
        List<String> damaged = damagedPaths(load.getBase(), listing);
        List<String> superseded =
                load.prepared().superseded().stream().map(CommittedFile::path).toList();
        List<String> strays = listing.strays(committed, Optional.empty());
        return Stream.of(superseded, damaged, states.strays(), strays)
                .flatMap(List::stream)
                .distinct()
                .map(destination::rawKey)
                .toList();
    }
    /** Ends a committed load: its files become the cache, its package goes. */
    public Snapshot finish(@Variable("load") LoadTransaction load) throws IOException {
        Snapshot next = load.prepared().next();
        for (StagedFile file : load.prepared().uploads()) {
            lake.cache().adopt(file);
        }
        lake.cache().retain(next.manifest());
        lake.folder().forgetHeldDeletions();
        for (Resource resource : load.getResources()) {
            if (resource.events() == null) {
                noteKnown(load, next, resource);
            }
        }
        delete(load);
        return next;
    }

    /** A warning is given in every run, so what it is about has to be landed in every run. */
    private void noteKnown(LoadTransaction load, Snapshot committed, Resource resource) throws IOException {
        if (!load.landing(resource).hasWarned()) {
            known.note(load, committed, resource);
        }
    }

    /** Ends a load that has found nothing new, and remembers what it has compared. */
    public void dismiss(@Variable("load") LoadTransaction load) throws IOException {
        for (Resource resource : load.getResources()) {
            if (resource.events() != null && !load.intake(resource).isIncremental()) {
                lake.folder().noteFullRefresh(resource.name(), load.getStartedAt());
            }
            noteKnown(load, load.getBase(), resource);
        }
        delete(load);
    }

    /** Removes the load package from disk. */
    public void delete(@Variable("load") LoadTransaction load) {
        load.files().delete();
    }

    /** The keys of objects that dead loads have left on S3. */
    public List<String> leftoverKeys(
            @Variable("committed") Snapshot committed,
            @Variable("listing") DatasetListing listing,
            @Variable("states") CommittedStates states)
            throws IOException {
        return leftovers.keys(committed, listing, states);
    }

    /** Removes what killed runs have left on disk, but for the load that is taken up. */
    public void deleteLeftovers(@Variable("committed") Snapshot committed) throws IOException {
        leftovers.deletePackages(committed);
    }
}
