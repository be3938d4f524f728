package io.github.hevypipeline.lake;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.lake.internal.LoadWorkspace;
import io.github.hevypipeline.lake.internal.ParsedPages;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.camel.Body;

/**
 * The fetching half of a load: how much of each resource to fetch, and the pages and items that have come.
 *
 * <p>Not thread-safe, except for {@link #items(Resource)}, {@link #pageFile} and {@link #keepParsed}.
 */
public abstract class Load {
    /** No list has so many pages. */
    private static final int FIRST_REREAD = 2_000_000;

    private final LoadWorkspace files;
    private final Map<Resource, SyncPlan> plans;
    private final Map<Resource, ItemDeduplicator> items = new LinkedHashMap<>();
    private final ParsedPages parsed = new ParsedPages();

    Load(LoadWorkspace files, Map<Resource, SyncPlan> plans) {
        this.files = files;
        this.plans = new LinkedHashMap<>(plans);
        plans.keySet().forEach(resource -> items.put(resource, new ItemDeduplicator()));
    }

    /** A load that keeps its pages in a folder, which need not exist yet. */
    protected Load(Path folder, Map<Resource, SyncPlan> plans) {
        this(new LoadWorkspace(folder), plans);
    }

    /** When the load began to fetch. */
    protected abstract Instant startedAt();

    /** The watermark of the commit that this load follows; empty before the first. */
    protected abstract Optional<Instant> committedWatermark(Resource resource);

    // --- Whose data it is

    /** Whether Hevy has to be asked whose key it is. The key that loaded last needs no proof. */
    public abstract boolean isAccountToBeAsked();

    /** Whether Hevy has to be asked before anything is fetched. What holds no data is nobody's, and Hevy is asked last. */
    public abstract boolean isAccountToBeAskedFirst();

    /**
     * Takes the account of the key; either may be null.
     *
     * @throws ConfigError if the committed data are of another account
     */
    public abstract void takeAccount(String id, String name) throws IOException;

    /** Whether nothing proves yet that a resource is of the committed account: none of the fetched items is committed. */
    public abstract boolean isAccountOpen(Resource resource) throws IOException;

    /** Ends the load: a whole resource was read, and none of its items is committed. */
    public abstract ConfigError refuseAccount(Resource resource) throws IOException;

    // --- What to fetch

    /** What this load fetches. */
    public abstract List<Resource> getFetchedResources();

    /** Begins to fetch a resource, and says how much of it. */
    public abstract SyncPlan begin(Resource resource);

    /** Whether the committed rows of a resource, if any, can be read, so that a load can do without it. */
    public abstract boolean canLeaveOut(Resource resource) throws IOException;

    /** Forgets all that was fetched of a resource: its rows stay as they are committed. */
    public abstract void leaveOut(Resource resource, String reason) throws IOException;

    /** How many rows the root table of a resource will have, from what was fetched so far. */
    public abstract long expectedRows(Resource resource) throws IOException;

    /** All of a resource was fetched, and forms a consistent snapshot. */
    public abstract void settled(Resource resource) throws IOException;

    /** The resource for a message. */
    public abstract String describe(Resource resource);

    /** Where pages are staged while others are fetched; null if that has to wait. */
    public abstract Staging staging(@Body Resource resource);

    /** All resources of this load, whether fetched or not. */
    public final List<Resource> getResources() {
        return List.copyOf(plans.keySet());
    }

    /** How much of a resource is fetched, and why. */
    public final SyncPlan plan(Resource resource) {
        return plans.get(resource);
    }

    /** Plans a resource anew, before anything of it is fetched. */
    protected final void plan(Resource resource, SyncPlan next) {
        plans.put(resource, next);
    }

    /** Forgets all that was fetched of a resource, to fetch everything. */
    public final void fetchAllAgain(Resource resource, String reason) throws IOException {
        forget(resource, SyncPlan.all(reason));
    }

    /** Forgets all that was fetched of a resource, and plans anew. */
    protected void forget(Resource resource, SyncPlan next) throws IOException {
        dropPages(resource);
        plans.put(resource, next);
        items.get(resource).clear();
    }

    /** Deletes the pages of a resource; what is known of its items stays. */
    protected final void dropPages(Resource resource) {
        forgetParsed(resource);
        files.deletePages(resource);
    }

    /**
     * The instant from which the changes of a resource are read. After a full list it lies before whatever may have
     * moved meanwhile, and not after the last load, so that the feed names the deletions since then.
     */
    public final Instant changesSince(Resource resource) {
        SyncPlan plan = plans.get(resource);
        if (plan.isIncremental()) {
            return plan.since();
        }
        Instant reached = watermark(resource);
        return resource.events()
                .since(committedWatermark(resource)
                        .filter(last -> last.isBefore(reached))
                        .orElse(reached));
    }

    /**
     * The watermark: changes up to this instant have been fetched. It is the newest change by Hevy's own clock, since
     * this machine's may be ahead of it, but never later than the load's start.
     */
    private Instant watermark(Resource resource) {
        Instant newest = items.get(resource).newestUpdate().orElse(startedAt());
        return newest.isBefore(startedAt()) ? newest : startedAt();
    }

    /** The watermark that the next load follows. */
    protected final Instant nextWatermark(Resource resource) {
        if (resource.events() == null) {
            return startedAt();
        }
        Instant reached = watermark(resource);
        if (!plans.get(resource).isIncremental()) {
            return reached;
        }
        Instant before = committedWatermark(resource).orElseThrow();
        return items.get(resource).newestUpdate().isEmpty() || reached.isBefore(before) ? before : reached;
    }

    // --- What has come

    /** The items of a resource that were fetched so far. Thread-safe. */
    public final ItemDeduplicator items(Resource resource) {
        return items.get(resource);
    }

    /** Where a page is kept as it came; pass 0 is the list, each further pass one reading of the feed of changes. */
    public final Path pageFile(Resource resource, int pass, int page) throws IOException {
        return files.page(resource, pass, page);
    }

    /** A page as it came; pass 0 is the list, each further pass one reading of the feed of changes. */
    public record KeptPage(int pass, int number, Path file) {}

    /** The elements of a page: items of a list, or events of a feed of changes. */
    protected final Iterable<JsonNode> elements(Resource resource, KeptPage page) throws IOException {
        JsonNode response = parsed.take(page.file());
        if (!resource.isPaged()) {
            return List.of(response.path(resource.objectKey()));
        }
        return response.path(
                page.pass() == 0 ? resource.listKey() : resource.events().listKey());
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
    public final void keepParsed(Path pageFile, JsonNode json, long bytes) {
        parsed.put(pageFile, json, bytes);
    }

    final void forgetParsed(Resource resource) {
        parsed.forget(files.pages(resource));
    }

    /** Whether a page of the list was read once more, and so is kept beside the one that came first. */
    public static boolean isReread(int page) {
        return page >= FIRST_REREAD;
    }

    /** The number under which the next page of the list that is read once more is kept. */
    public final int nextReread(Resource resource) throws IOException {
        SortedMap<Integer, Path> pages = listPages(resource);
        return pages.isEmpty() ? FIRST_REREAD : Math.max(FIRST_REREAD, pages.lastKey() + 1);
    }

    /** When the pages of the list arrived that are on disk, by their numbers. */
    public final Map<Integer, Instant> listArrivals(Resource resource) throws IOException {
        return files.arrivals(resource);
    }

    /** The pages of the list that are on disk, by their numbers. */
    public final SortedMap<Integer, Path> listPages(Resource resource) throws IOException {
        return files.pages(resource, 0);
    }

    /** The pages of a resource that are on disk, in their order. */
    protected final List<KeptPage> pages(Resource resource) throws IOException {
        List<KeptPage> pages = new ArrayList<>();
        for (int pass : files.passes(resource)) {
            files.pages(resource, pass).forEach((number, file) -> pages.add(new KeptPage(pass, number, file)));
        }
        return pages;
    }

    /** Deletes all files of the load. */
    protected final void delete() {
        files.delete();
    }

    /** The folder of the load. */
    public final LoadWorkspace files() {
        return files;
    }
}
