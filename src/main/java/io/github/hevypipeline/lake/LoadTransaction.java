package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.lake.internal.CommitLog;
import io.github.hevypipeline.lake.internal.FileCache;
import io.github.hevypipeline.lake.internal.LoadWorkspace;
import io.github.hevypipeline.lake.internal.PendingCommit;
import io.github.hevypipeline.lake.internal.UnchangedPageCache;
import io.github.hevypipeline.lake.rows.Merge;
import io.github.hevypipeline.lake.rows.RootKeyIndex;
import io.github.hevypipeline.lake.rows.SchemaDrift;
import io.github.hevypipeline.lake.rows.StagedFile;
import io.github.hevypipeline.lake.rows.TemplateTitles;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One load, from its first page to its commit: what to fetch, the rows staged from it, and what to commit.
 *
 * <p>Not thread-safe, except as {@link Load} says. It ends committed, dismissed,
 * lost or refused. A process that dies in between leaves a workspace, from which {@link CrashRecovery} resumes.
 */
public final class LoadTransaction extends Load {
    private static final Logger LOG = LoggerFactory.getLogger(LoadTransaction.class);

    private final Lake lake;
    private final FileCache cache;
    private final UnchangedPageCache unchangedPages;
    private final DeletionGuard deletionGuard;
    private final Clock clock;
    private final LoadWorkspace.Origin origin;
    private final int attempt;
    private final Snapshot base;
    private final Ownership ownership;
    private final List<Resource> unnamed;
    private final Map<Resource, Staging> stagings = new LinkedHashMap<>();
    private final Map<Resource, RootKeyIndex> committedRoots = new LinkedHashMap<>();
    private final SortedMap<String, List<CommittedFile>> mergedFiles = new TreeMap<>();
    private final List<StagedFile> uploads = new ArrayList<>();
    private final Map<Resource, Changes> changes = new LinkedHashMap<>();
    private final Map<Resource, Merge.PassedOver> passedOver = new LinkedHashMap<>();
    private DatasetSchema schema;
    private PendingCommit pending;
    private boolean complete;
    private boolean lost;
    private long heldBackRows;

    /** {@code unnamed} are the resources with rows in the lake that only a commit has named which is lost. */
    LoadTransaction(
            Lake lake,
            UnchangedPageCache unchangedPages,
            DeletionGuard deletionGuard,
            Clock clock,
            LoadWorkspace files,
            LoadWorkspace.Origin origin,
            int attempt,
            Snapshot base,
            DatasetSchema schema,
            Map<Resource, SyncPlan> plans,
            List<Resource> unnamed) {
        super(files, plans);
        this.lake = lake;
        this.cache = lake.cache();
        this.unchangedPages = unchangedPages;
        this.deletionGuard = deletionGuard;
        this.clock = clock;
        this.origin = origin;
        this.attempt = attempt;
        this.base = base;
        this.schema = schema;
        this.ownership = new Ownership(
                base, origin.source(), plans.keySet().stream().anyMatch(resource -> !resource.exported()));
        this.unnamed = unnamed;
    }

    /** The load of a killed run that lacks nothing but its commit. */
    static LoadTransaction ofKilledRun(
            Lake lake, UnchangedPageCache unchangedPages, CrashRecovery.Resumable left, int attempt, Snapshot base) {
        LoadTransaction load = new LoadTransaction(
                lake,
                unchangedPages,
                null,
                null,
                left.files(),
                left.origin(),
                attempt,
                base,
                null,
                Map.of(),
                List.of());
        load.pending = left.pending().orElseThrow();
        load.complete = true;
        return load;
    }

    /** Unix seconds as decimal text. */
    public String getId() {
        return origin.loadId();
    }

    @Override
    protected Instant startedAt() {
        return origin.startedAtInstant();
    }

    /** The commit that this load follows. */
    public Snapshot getBase() {
        return base;
    }

    /** 1 for the first load of a run, one more each time another run won the commit. */
    int attempt() {
        return attempt;
    }

    /** Whether a killed run has left it with nothing to do but the commit. */
    public boolean isComplete() {
        return complete;
    }

    /** Another run has committed first: this load must begin anew. */
    void lose() {
        lost = true;
    }

    /** Whether another run won the commit. */
    public boolean isLost() {
        return lost;
    }

    /** Whether the run needs another load: this one was lost, or has committed what a killed run had fetched. */
    public boolean isToBeFollowed() {
        return lost || complete;
    }

    // --- Whose data it is

    /** Whether Hevy has to be asked whose key it is. The key that loaded last needs no proof. */
    @Override
    public boolean isAccountToBeAsked() {
        return ownership.isToBeAsked();
    }

    /** Whether Hevy has to be asked first. An empty lake is nobody's, so for it Hevy is asked last. */
    @Override
    public boolean isAccountToBeAskedFirst() {
        return base.sequence() > 0 && isAccountToBeAsked();
    }

    /**
     * Takes the account of the key; either may be null.
     *
     * @throws ConfigError if the lake holds the data of another account
     */
    @Override
    public void takeAccount(String id, String name) throws IOException {
        try {
            ownership.take(id, name);
        } finally {
            if (ownership.isRefused()) {
                discard();
            }
        }
    }

    /** Stops the writers, then deletes the workspace. */
    private void discard() throws IOException {
        for (Staging staging : stagings.values()) {
            staging.abandon();
        }
        files().delete();
    }

    /** Whether nothing proves yet that a resource is of the lake's account: the lake has none of the fetched items. */
    @Override
    public boolean isAccountOpen(Resource resource) throws IOException {
        if (!resource.identifiesAccount() || resource.exported() || !ownership.isOpen()) {
            return false;
        }
        RootKeyIndex committed = readableRoots(resource);
        ItemDeduplicator fetched = items(resource);
        if (fetched.existing().stream().anyMatch(committed::holds)
                || fetched.deleted().stream().anyMatch(committed::holds)) {
            ownership.provenByItem();
        }
        return ownership.isOpen() && committed.size() > 0;
    }

    /** Ends the load: a whole resource was read, and the lake has none of its items. */
    @Override
    public ConfigError refuseAccount(Resource resource) throws IOException {
        discard();
        return ownership.refusal(resource, base.manifest().rows(resource));
    }

    /** Ends the load: of so many workouts of the export within the time of the API's, too few are among those. */
    ConfigError refuseExport(int workouts, int shared) throws IOException {
        discard();
        return ownership.refusalOfExport(workouts, shared);
    }

    /** Ends the load: the same holds for the exported workouts that an earlier load has committed. */
    ConfigError refuseKeyForExport(int workouts, int shared) throws IOException {
        discard();
        return ownership.refusalForExport(workouts, shared);
    }

    /** Whether the load was refused, since the key is of another account than the lake. */
    public boolean isOfAnotherAccount() {
        return ownership.isRefused();
    }

    // --- Fetching

    /** What this load fetches: all but an export that is not there any more, whose rows may still yield to the API's. */
    @Override
    public List<Resource> getFetchedResources() {
        return getResources().stream()
                .filter(resource -> !(resource.exported() && plan(resource).isIncremental()))
                .toList();
    }

    @Override
    public SyncPlan begin(Resource resource) {
        SyncPlan plan = plan(resource);
        if (plan.isIncremental()) {
            LOG.info("extract   {}: changes since {}", resource.name(), plan.since());
        } else if (plan.reason() != null) {
            LOG.info("extract   {}: full load ({})", resource.name(), plan.reason());
        }
        return plan;
    }

    @Override
    public void settled(Resource resource) {
        // Its pages stay in the workspace, to be landed.
    }

    @Override
    public String describe(Resource resource) {
        return resource.name();
    }

    @Override
    protected Optional<Instant> committedWatermark(Resource resource) {
        return base.state().watermark(resource.name());
    }

    /**
     * Forgets all that was fetched of a resource: its rows stay as they are committed.
     *
     * @throws SystemError if the lake has rows of it, but no commit that can be read
     */
    @Override
    public void leaveOut(Resource resource, String reason) throws IOException {
        if (unnamed.contains(resource)) {
            Destination destination = lake.getDestination();
            throw new SystemError(
                    destination.failure(),
                    lake.describeLost(base) + ", and " + resource.name() + " cannot be loaded anew ("
                            + (resource.exported() ? "it is not in the export" : reason)
                            + "), so its rows would be lost; nothing was changed.",
                    (resource.exported() ? "Add the last export of " + resource.table() : "Run again later")
                            + ", or restore " + destination.rawUri() + CommitLog.commitPath(base.sequence())
                            + " from a backup.");
        }
        forget(resource, SyncPlan.nothing(reason));
    }

    @Override
    protected void forget(Resource resource, SyncPlan next) throws IOException {
        Staging begun = stagings.remove(resource);
        if (begun != null) {
            begun.abandon();
        }
        super.forget(resource, next);
    }

    /** Whether the committed rows of a resource, if any, can be read, so that a load can do without it. */
    @Override
    public boolean canLeaveOut(Resource resource) throws IOException {
        List<CommittedFile> committed = base.of(resource).manifest().files(schema.family(resource.table()));
        return resource.optional() && cache.missing(committed).isEmpty();
    }

    /** How many rows the root table of a resource will have, from what was fetched so far. */
    @Override
    public long expectedRows(Resource resource) throws IOException {
        ItemDeduplicator fetched = items(resource);
        if (!plan(resource).isIncremental()) {
            return (long) fetched.size() - passedOver(resource).staged().size();
        }
        long rows = base.manifest().rows(resource)
                - passedOver(resource).committed().size();
        if (fetched.isEmpty() || unchangedPages.hold(this, resource)) {
            return rows;
        }
        RootKeyIndex committed = committedRoots(resource);
        long added =
                fetched.existing().stream().filter(id -> !committed.holds(id)).count();
        long deleted = fetched.deleted().stream().filter(committed::holds).count();
        return rows + added - deleted;
    }

    /** The keys of a resource's committed rows; none of its files may be missing. */
    public RootKeyIndex committedRoots(Resource resource) throws IOException {
        RootKeyIndex known = committedRoots.get(resource);
        if (known == null) {
            known = RootKeyIndex.read(resource.table(), base.manifest().files(resource), cache);
            committedRoots.put(resource, known);
        }
        return known;
    }

    /** The roots in those files of a table that are not lost. */
    RootKeyIndex readableRoots(Resource resource) throws IOException {
        List<CommittedFile> files = base.manifest().files(resource);
        List<CommittedFile> lostFiles = cache.missing(files);
        return lostFiles.isEmpty()
                ? committedRoots(resource)
                : RootKeyIndex.read(
                        resource.table(),
                        files.stream().filter(file -> !lostFiles.contains(file)).toList(),
                        cache);
    }

    // --- Staging and merging

    /** The staging of a resource, begun or to be begun. */
    @Override
    public Staging staging(@Body Resource resource) {
        return stagings.computeIfAbsent(resource, of -> new Staging(this, of, cache, unchangedPages));
    }

    /** The columns of all tables, which evolve while pages are staged. */
    public DatasetSchema schema() {
        return schema;
    }

    void evolve(SchemaDrift drift) {
        schema = schema.evolvedBy(drift.needed());
    }

    void merged(Resource resource, Merge.Result result) {
        forgetParsed(resource);
        result.files().forEach((table, merged) -> {
            List<CommittedFile> all = new ArrayList<>(filesOfOthers(resource, table));
            // An empty file stands for an empty table.
            boolean isEmpty = all.isEmpty();
            merged.stream().filter(file -> isEmpty || file.rows() > 0).forEach(all::add);
            all.sort(Comparator.comparing(CommittedFile::part));
            mergedFiles.put(table, all);
        });
        result.uploads().stream()
                .filter(staged -> mergedFiles.values().stream().anyMatch(files -> files.contains(staged.file())))
                .forEach(uploads::add);
        changes.put(resource, result.changes());
        passedOver.put(resource, result.passedOver());
    }

    /** The files of a table whose rows another resource has brought, in this load or before. */
    private List<CommittedFile> filesOfOthers(Resource resource, String table) {
        return mergedFiles.getOrDefault(table, base.manifest().files(table)).stream()
                .filter(file -> file.rows() > 0 && !resource.owns(file.part()))
                .toList();
    }

    /** The local copies of the root table's files that another resource has brought; a lost one is left out. */
    List<Path> rootsOfOthers(Resource resource) {
        Map<CommittedFile, Path> merged = new HashMap<>();
        uploads.forEach(staged -> merged.put(staged.file(), staged.local()));
        return filesOfOthers(resource, resource.table()).stream()
                .filter(file ->
                        merged.containsKey(file) || cache.missing(List.of(file)).isEmpty())
                .map(file -> merged.getOrDefault(file, cache.path(file)))
                .toList();
    }

    /** The roots of a resource that were left out, since another one has them. */
    Merge.PassedOver passedOver(Resource resource) {
        return passedOver.getOrDefault(resource, Merge.PassedOver.NONE);
    }

    /** How many items of the export this load took, and how many it passed over since the API has their time. */
    public record ExportedItems(String table, long taken, long passedOver) {}

    /** What became of each resource of the export. */
    public List<ExportedItems> getExportedItems() {
        return getFetchedResources().stream()
                .filter(Resource::exported)
                .map(resource -> {
                    long all = items(resource).size();
                    long refused = passedOver(resource).staged().size();
                    return new ExportedItems(resource.table(), all - refused, refused);
                })
                .toList();
    }

    /** The titles of exercises that the API has brought into the lake, each with the id of its template. */
    public TemplateTitles templateTitles() throws IOException {
        return TemplateTitles.read(base.manifest(), cache);
    }

    /** Nothing was fetched of a resource that is not committed. */
    void unchanged(Resource resource) {
        forgetParsed(resource);
        changes.put(resource, new Changes(0, 0, 0, base.manifest().rows(resource)));
    }

    Changes changes(Resource resource) {
        return changes.getOrDefault(resource, Changes.NONE);
    }

    /** What the load did to each root table. */
    public Map<String, Changes> getChanges() {
        Map<String, Changes> byTable = new LinkedHashMap<>();
        changes.forEach((resource, done) -> byTable.merge(resource.table(), done, Changes::plus));
        return byTable;
    }

    /**
     * Ends the merge and writes the objects to put and to delete to the journal, so that the next run can resume after a kill.
     *
     * @throws SystemError if the rows are not as many as were fetched, which is a bug
     * @throws TransientError if it would delete too much at once
     */
    public void prepare() throws IOException {
        pending = PendingCommit.of(base, next(), uploads);
        for (Resource resource : getResources()) {
            long rows = pending.next().manifest().rows(resource);
            if (rows != expectedRows(resource)) {
                throw new SystemError(
                        ExitCode.BUG,
                        "The table " + resource.name() + " would have " + rows + " rows, but " + expectedRows(resource)
                                + " were fetched; nothing was committed.",
                        "Please report this; PIPELINE_FULL_REFRESH=true may help meanwhile.");
            }
        }
        deletionGuard.check(this);
        if (isChanged()) {
            lake.commitLog().writeState(files().state(), pending.next(), clock.instant());
            lake.commitLog().writeCommit(files().commit(), pending.next(), clock.instant(), schema);
            files().write(pending);
        }
    }

    private Snapshot next() {
        Map<String, Instant> watermarks = new LinkedHashMap<>();
        List<String> refreshed = new ArrayList<>();
        getResources().forEach(resource -> {
            watermarks.put(resource.name(), nextWatermark(resource));
            if (!plan(resource).isIncremental()) {
                refreshed.add(resource.name());
            }
        });
        return new Snapshot(
                base.sequence() + 1,
                getId(),
                base.manifest().with(mergedFiles),
                base.state().next(watermarks, refreshed, startedAt(), schema, ownership.next()));
    }

    PendingCommit pending() {
        return pending;
    }

    /** Whether there is anything to commit. */
    public boolean isChanged() {
        return base.sequence() == 0
                || !base.isWhole()
                || !pending.next().manifest().equals(base.manifest())
                || ownership.isToBeCommitted();
    }

    /** Begins to commit what was prepared. */
    public Committer committer() {
        return new Committer(lake, this, pending);
    }

    // --- The end

    /** Ends a load that is committed. */
    void finish(Snapshot committed) throws IOException {
        for (Resource resource : getResources()) {
            if (resource.events() == null) {
                noteUnchangedPages(resource, committed);
            }
        }
        files().delete();
    }

    /** Ends a load that has found nothing new, and remembers what it has compared. */
    public void dismiss() throws IOException {
        for (Resource resource : getResources()) {
            if (resource.events() != null && !plan(resource).isIncremental()) {
                lake.folder().noteFullRefresh(resource.name(), startedAt());
            }
            noteUnchangedPages(resource, base);
        }
        files().delete();
    }

    /** Pages that cause a warning are landed in every run, so that every run gives it. */
    private void noteUnchangedPages(Resource resource, Snapshot committed) throws IOException {
        if (!staging(resource).hasWarned()) {
            unchangedPages.note(this, committed, resource);
        }
    }

    /** Ends a load that another run has beaten to the commit. */
    public void abandon() {
        files().delete();
    }

    /** Ends the load, since it would delete so many rows; what it fetched must not be the proof for the next one. */
    void holdBack(long rows) throws IOException {
        heldBackRows = rows;
        discard();
    }

    /** How many rows the load would have deleted, had it not been held back; 0 if it was not. */
    public long getHeldBackRows() {
        return heldBackRows;
    }
}
