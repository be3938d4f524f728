package io.github.hevypipeline.lake;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.lake.internal.CrashRecovery;
import io.github.hevypipeline.lake.internal.FileCache;
import io.github.hevypipeline.lake.internal.Intake;
import io.github.hevypipeline.lake.internal.LoadWorkspace;
import io.github.hevypipeline.lake.internal.ParsedPages;
import io.github.hevypipeline.lake.internal.PendingCommit;
import io.github.hevypipeline.lake.internal.UnchangedPageCache;
import io.github.hevypipeline.lake.rows.Merge;
import io.github.hevypipeline.lake.rows.RootKeyIndex;
import io.github.hevypipeline.lake.rows.SchemaDrift;
import io.github.hevypipeline.lake.rows.StagedFile;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One load in progress: its id, what it starts from, its load package on disk and what it will commit.
 *
 * <p>Owned by one run. Only {@link #roster} and {@link #pageFile} may be called by several threads.
 */
public final class LoadTransaction {
    /** No list has so many pages. */
    private static final int FIRST_REREAD = 2_000_000;

    private final LoadWorkspace files;
    private final LoadWorkspace.Origin origin;
    private final Snapshot base;
    private final FileCache cache;
    private final UnchangedPageCache known;
    private final int attempt;
    private final Ownership ownership;
    private final Map<Resource, Intake> intakes = new LinkedHashMap<>();
    private final SortedMap<String, List<CommittedFile>> mergedFiles = new TreeMap<>();
    private final List<StagedFile> uploads = new ArrayList<>();
    private final Map<String, Changes> changes = new LinkedHashMap<>();
    private final Map<Resource, RootKeyIndex> roots = new LinkedHashMap<>();
    private final Map<Resource, Staging> landings = new LinkedHashMap<>();
    private final ParsedPages parsed = new ParsedPages();
    private DatasetSchema schema;
    private PendingCommit prepared;
    private boolean complete;
    private boolean lost;
    private long heldBackRows;

    /** A load that fetches {@code plans}. */
    LoadTransaction(
            LoadWorkspace files,
            LoadWorkspace.Origin origin,
            int attempt,
            Snapshot base,
            FileCache cache,
            UnchangedPageCache known,
            DatasetSchema schema,
            Map<Resource, SyncPlan> plans) {
        this.files = files;
        this.origin = origin;
        this.attempt = attempt;
        this.base = base;
        this.cache = cache;
        this.known = known;
        this.schema = schema;
        this.ownership = new Ownership(base, origin.source());
        plans.forEach((resource, plan) -> intakes.put(resource, new Intake(plan)));
    }

    /** The load of a killed run that lacks nothing but its commit. */
    static LoadTransaction ofKilledRun(CrashRecovery.Resumable left, int attempt, Snapshot base) {
        LoadTransaction load =
                new LoadTransaction(left.files(), left.origin(), attempt, base, null, null, null, Map.of());
        load.prepared = left.prepared().orElseThrow();
        load.complete = true;
        return load;
    }

    /** Unix seconds as decimal text. */
    public String getId() {
        return origin.loadId();
    }

    /** When the load began to fetch. */
    public Instant getStartedAt() {
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

    /** Whether a killed run has left it with everything done but the commit. */
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

    /** Whether the run needs one load more: this one was lost, or has committed only what a killed run had fetched. */
    public boolean isToBeFollowed() {
        return lost || complete;
    }

    // --- Whose data it is

    /** Whether Hevy has to be asked whose key it is: not if it is the one that loaded last. */
    public boolean isAccountToBeAsked() {
        return ownership.isToBeAsked();
    }

    /** Whether Hevy has to be asked before anything else. An empty lake is nobody's, so there it can be asked last. */
    public boolean isAccountToBeAskedFirst() {
        return base.sequence() > 0 && isAccountToBeAsked();
    }

    /**
     * Takes the account of the key; null for what Hevy does not tell.
     *
     * @throws ConfigError if the lake holds the data of another account
     */
    public void takeAccount(String id, String name) throws IOException {
        try {
            ownership.take(id, name);
        } finally {
            if (ownership.isRefused()) {
                discard();
            }
        }
    }

    /** Gives up all that was fetched and written, and whoever writes it, before their folder is deleted. */
    private void discard() throws IOException {
        for (Staging landing : landings.values()) {
            landing.abandon();
        }
        files.delete();
    }

    /** Whether it is still open if a resource is of the lake's account: nothing that was fetched is in the lake. */
    public boolean isAccountOpen(Resource resource) throws IOException {
        if (!resource.identifiesAccount() || !ownership.isOpen()) {
            return false;
        }
        RootKeyIndex committed = readableRoots(resource);
        ItemDeduplicator roster = intakes.get(resource).roster();
        if (roster.existing().stream().anyMatch(committed::holds)
                || roster.deleted().stream().anyMatch(committed::holds)) {
            ownership.provenByItem();
        }
        return ownership.isOpen() && committed.size() > 0;
    }

    /** Ends the load, since all of a resource was read and none of it is in the lake. */
    public ConfigError refuseAccount(Resource resource) throws IOException {
        discard();
        return ownership.refusal(resource, base.manifest().rows(resource.name()));
    }

    /** Whether the load was refused, since the key is of another account than the lake. */
    public boolean isOfAnotherAccount() {
        return ownership.isRefused();
    }

    // --- What it takes in

    /** What this load fetches. */
    public List<Resource> getResources() {
        return List.copyOf(intakes.keySet());
    }

    /** How much of a resource is fetched, and why. */
    public SyncPlan plan(Resource resource) {
        return intakes.get(resource).plan();
    }

    /**
     * Where the changes of a resource are read from: for a full refresh, before whatever may have moved meanwhile, and
     * not after the last load, so that deletions since then are named.
     */
    public Instant changesSince(Resource resource) {
        Intake intake = intakes.get(resource);
        if (intake.isIncremental()) {
            return intake.plan().since();
        }
        Instant heard = watermark(intake);
        return resource.events()
                .since(base.state()
                        .watermark(resource.name())
                        .filter(last -> last.isBefore(heard))
                        .orElse(heard));
    }

    /**
     * The time up to which everything is known: the newest change that was heard of, by Hevy's own clock, since this
     * machine's may be ahead of it; but never later than the load's start.
     */
    private Instant watermark(Intake intake) {
        Instant heard = intake.roster().newestUpdate().orElse(getStartedAt());
        return heard.isBefore(getStartedAt()) ? heard : getStartedAt();
    }

    private Instant nextWatermark(Resource resource, Intake intake) {
        if (resource.events() == null) {
            return getStartedAt();
        }
        Instant reached = watermark(intake);
        if (!intake.isIncremental()) {
            return reached;
        }
        Instant before = base.state().watermark(resource.name()).orElseThrow();
        return intake.roster().newestUpdate().isEmpty() || reached.isBefore(before) ? before : reached;
    }

    /** The items of a resource that were met so far. */
    public ItemDeduplicator roster(Resource resource) {
        return intakes.get(resource).roster();
    }

    Intake intake(Resource resource) {
        return intakes.get(resource);
    }

    /** Where a page is kept as it came; pass 0 is the list, each further pass one reading of the feed of changes. */
    public Path pageFile(Resource resource, int pass, int page) throws IOException {
        return files.page(resource, pass, page);
    }

    /** Whether a page is small enough to be parsed as a whole while others are fetched. */
    public static boolean fitsInMemory(long pageBytes) {
        return ParsedPages.isSmall(pageBytes);
    }

    /** Parses a page with every digit of its numbers. */
    public static JsonNode parse(Path pageFile) throws IOException {
        return ParsedPages.parse(pageFile);
    }

    /** Takes the JSON of a page, to be landed without parsing it again. Thread-safe. */
    public void keepParsed(Path pageFile, JsonNode json, long bytes) {
        parsed.put(pageFile, json, bytes);
    }

    /** The JSON of a page; its file is read only if it was not parsed in this run, or found no room in memory. */
    JsonNode takePage(Path pageFile) throws IOException {
        return parsed.take(pageFile);
    }

    /** Whether a page of the list was read once more, and so is kept beside the one that came first. */
    public static boolean isReread(int page) {
        return page >= FIRST_REREAD;
    }

    /** The number under which the next page of the list that is read once more is kept. */
    public int nextReread(Resource resource) throws IOException {
        SortedMap<Integer, Path> pages = listPages(resource);
        return pages.isEmpty() ? FIRST_REREAD : Math.max(FIRST_REREAD, pages.lastKey() + 1);
    }

    /** When the pages of the list arrived that are on disk, by their numbers. */
    public Map<Integer, Instant> listArrivals(Resource resource) throws IOException {
        return files.arrivals(resource);
    }

    /** The pages of the list that are on disk, by their numbers. */
    public SortedMap<Integer, Path> listPages(Resource resource) throws IOException {
        return files.pages(resource, 0);
    }

    /** Forgets all that was fetched of a resource, to fetch everything. */
    public void fetchAllAgain(Resource resource, String reason) throws IOException {
        forget(resource, SyncPlan.all(reason));
    }

    /** Forgets all that was fetched of a resource: its rows stay as they are committed. */
    public void leaveOut(Resource resource, String reason) throws IOException {
        forget(resource, SyncPlan.nothing(reason));
    }

    private void forget(Resource resource, SyncPlan next) throws IOException {
        Staging begun = landings.remove(resource);
        if (begun != null) {
            begun.abandon();
        }
        parsed.forget(files.pages(resource));
        files.deletePages(resource);
        intakes.get(resource).beginAgain(next);
    }

    /** Whether what is committed of a resource, if anything, can be read, so that a load can do without it. */
    public boolean canLeaveOut(Resource resource) throws IOException {
        List<CommittedFile> committed = base.manifest().files(schema.family(resource.name()));
        return resource.optional() && cache.missing(committed).isEmpty();
    }

    /** How many rows the root table of a resource will have, from what was fetched so far. */
    public long expectedRows(Resource resource) throws IOException {
        Intake intake = intakes.get(resource);
        if (!intake.isIncremental()) {
            return intake.roster().size();
        }
        long rows = base.manifest().rows(resource.name());
        if (intake.roster().isEmpty() || known.hold(this, resource)) {
            return rows;
        }
        RootKeyIndex committed = committedRoots(resource);
        long added = intake.roster().existing().stream()
                .filter(id -> !committed.holds(id))
                .count();
        long deleted =
                intake.roster().deleted().stream().filter(committed::holds).count();
        return rows + added - deleted;
    }

    public RootKeyIndex committedRoots(Resource resource) throws IOException {
        RootKeyIndex known = roots.get(resource);
        if (known == null) {
            known = RootKeyIndex.read(resource.name(), base.manifest().files(resource.name()), cache);
            roots.put(resource, known);
        }
        return known;
    }

    /** The roots in those files of a table that are not lost. */
    RootKeyIndex readableRoots(Resource resource) throws IOException {
        List<CommittedFile> files = base.manifest().files(resource.name());
        List<CommittedFile> lostFiles = cache.missing(files);
        return lostFiles.isEmpty()
                ? committedRoots(resource)
                : RootKeyIndex.read(
                        resource.name(),
                        files.stream().filter(file -> !lostFiles.contains(file)).toList(),
                        cache);
    }

    // --- What it makes of it

    /** The landing of a resource, begun or to be begun. */
    Staging landing(Resource resource) {
        return landings.computeIfAbsent(resource, r -> new Staging(this, r, cache, known));
    }

    public DatasetSchema schema() {
        return schema;
    }

    void evolve(SchemaDrift drift) {
        schema = schema.evolvedBy(drift.needed());
    }

    public LoadWorkspace files() {
        return files;
    }

    void merged(Resource resource, Merge.Result result) {
        mergedFiles.putAll(result.files());
        uploads.addAll(result.uploads());
        changes.put(resource.name(), result.changes());
    }

    /** Nothing was fetched of a resource that is not committed. */
    void unchanged(Resource resource) {
        changes.put(resource.name(), new Changes(0, 0, 0, base.manifest().rows(resource.name())));
    }

    /** What the load did to each root table. */
    public Map<String, Changes> getChanges() {
        return changes;
    }

    /** Ends the merging: from now on it is known what is to be committed. */
    void prepare() {
        Map<String, Instant> watermarks = new LinkedHashMap<>();
        intakes.forEach((resource, intake) -> watermarks.put(resource.name(), nextWatermark(resource, intake)));
        List<String> refreshed = intakes.entrySet().stream()
                .filter(intake -> !intake.getValue().isIncremental())
                .map(intake -> intake.getKey().name())
                .toList();
        Snapshot next = new Snapshot(
                base.sequence() + 1,
                getId(),
                base.manifest().with(mergedFiles),
                base.state().next(watermarks, refreshed, getStartedAt(), schema, ownership.next()));
        prepared = PendingCommit.of(base, next, uploads);
    }

    public PendingCommit prepared() {
        return prepared;
    }

    /** Whether there is anything to commit. */
    public boolean isChanged() {
        return base.sequence() == 0
                || !base.isWhole()
                || !prepared.next().manifest().equals(base.manifest())
                || ownership.isToBeCommitted();
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
