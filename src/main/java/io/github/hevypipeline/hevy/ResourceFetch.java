package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Staging;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.report.TerminalText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fetching of one resource: what is read next, until what was heard is one state that the account has had.
 *
 * <p>Not thread-safe; it belongs to one load. The list is paged by offset while the account may change, so it can miss
 * an item or give an old version. Therefore the changes since the load began are read after it, again until one reading
 * brings nothing new, and the number of items must be the one that Hevy counts. Otherwise the changes are read again,
 * then everything.
 */
public final class ResourceFetch {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceFetch.class);
    private static final int MOST_SHOWN = 40;
    private static final int MOST_LISTINGS = 3;
    private static final int MOST_READINGS = 3;

    private final LoadTransaction load;
    private final Resource resource;
    private boolean listDue;
    private int listings;
    private int readings;
    private int passes;
    private boolean quiet = true;
    private final Set<String> unknownEvents = new HashSet<>();
    private boolean distrusted;
    private OptionalLong count = OptionalLong.empty();
    private String refusal;
    private boolean settled;
    private final Deque<Integer> kept = new ArrayDeque<>();
    private boolean rereading;

    ResourceFetch(LoadTransaction load, Resource resource) {
        this.load = load;
        this.resource = resource;
        this.listDue = !load.plan(resource).isIncremental();
    }

    public Resource getResource() {
        return resource;
    }

    /** Where the rows of its pages are staged. */
    public Staging getStaging() {
        return load.staging(resource);
    }

    /** Whether something is still to be read. */
    public boolean isUnsettled() {
        return !settled;
    }

    /** Whether all items are to be read next. */
    public boolean isListDue() {
        return listDue;
    }

    /** Whether the resource has a feed of changes. */
    public boolean isFollowed() {
        return resource.events() != null;
    }

    /** Whether Hevy counts the items. */
    public boolean isCounted() {
        return resource.count() != null;
    }

    Feed list() {
        listings++;
        return Feed.list(resource);
    }

    /** Takes note of a page of the list that an earlier run has kept, in their order. */
    void kept(int page) {
        kept.addFirst(page);
    }

    /** Whether pages that an earlier run has kept are to be read once more. */
    boolean isRereading() {
        return rereading;
    }

    /**
     * The kept pages once more, until nothing is missing: where workouts before them were deleted, others have moved onto
     * them from the pages that were read later. The longer the next page came after one, the more may have moved.
     */
    PageCursor keptAgain() throws IOException {
        rereading = false;
        listDue = false;
        Map<Integer, Instant> arrivals = load.listArrivals(resource);
        List<Integer> pages = kept.stream()
                .sorted(Comparator.comparing((Integer page) -> Duration.between(
                                arrivals.get(page), arrivals.getOrDefault(page + 1, arrivals.get(page))))
                        .reversed())
                .toList();
        kept.clear();
        return PageCursor.again(
                Feed.list(resource), pages, () -> load.items(resource).size() >= count.orElse(0));
    }

    Feed changes() {
        readings++;
        passes++;
        return new Feed(resource, passes, load.changesSince(resource));
    }

    /** Takes note of one reading of the changes; a single page is read at one instant. */
    void changesRead(PageCursor pages) {
        quiet = pages.asked() <= 1 || pages.news() == 0;
    }

    /**
     * Takes note of what is odd about a page. Pages are fetched side by side. Events that do not say what became of an
     * item leave only the list to tell.
     */
    synchronized void note(Page page) {
        for (String type : page.unknownEvents()) {
            if (unknownEvents.add(type)) {
                LOG.warn("extract   {}: unknown type of event {}", resource.name(), TerminalText.of(type, MOST_SHOWN));
            }
        }
        distrusted |= page.untold() > 0;
    }

    void takeCount(long items) {
        count = OptionalLong.of(items);
    }

    /** Takes note that Hevy does not give the resource, and how it says so; pages are fetched side by side. */
    synchronized void giveUp(String saying) {
        if (refusal == null) {
            refusal = saying;
        }
    }

    private synchronized boolean isGivenUp() {
        return refusal != null;
    }

    /** What was fetched of it is forgotten, so that nobody takes a part of it for the whole. */
    private void leaveOut() throws IOException {
        load.leaveOut(resource, refusal);
        long rows = load.expectedRows(resource);
        LOG.warn(
                "extract   {}: left out, {}: {}",
                resource.name(),
                rows == 0 ? "and there are no rows of it" : "its " + rows + " rows stay as they were loaded before",
                refusal);
        settled = true;
    }

    /** Decides what is read next, if anything. */
    void settle() throws IOException {
        if (isGivenUp()) {
            leaveOut();
            return;
        }
        boolean accountOpen = load.isAccountOpen(resource);
        if (accountOpen && load.plan(resource).isIncremental()) {
            LOG.info("extract   {}: no change is of a row in the lake; reading everything to compare", resource.name());
            readAllAgain("its changes do not tell whose data it is");
            return;
        }
        long fetched = load.expectedRows(resource);
        boolean agreed = count.isEmpty() || count.getAsLong() == fetched;
        boolean listNeeded = distrusted && listings == 0;
        if (agreed && !listNeeded && (quiet || readings >= MOST_READINGS)) {
            if (accountOpen) {
                throw load.refuseAccount(resource);
            }
            settled = true;
        } else if (!listNeeded && isFollowed() && readings > 1 && !kept.isEmpty() && count.orElse(0) > fetched) {
            sayAgain(agreed, fetched, "reading kept pages again, from which others may have moved");
            rereading = true;
            listDue = true;
        } else if (!listNeeded && isFollowed() && readings < MOST_READINGS) {
            listDue = false;
            sayAgain(agreed, fetched, "reading the changes again");
        } else if (listings < MOST_LISTINGS) {
            sayAgain(agreed, fetched, "reading everything again");
            readAllAgain("its changes do not add up");
        } else {
            throw doesNotAddUp(fetched);
        }
    }

    private void readAllAgain(String reason) throws IOException {
        load.fetchAllAgain(resource, reason);
        kept.clear();
        listDue = true;
        readings = 0;
        passes = 0;
    }

    private void sayAgain(boolean agreed, long fetched, String then) {
        if (agreed) {
            LOG.info("extract   {}: changed meanwhile; {}", resource.name(), then);
        } else {
            LOG.warn("extract   {}: Hevy counts {}, fetched {}; {}", resource.name(), count.getAsLong(), fetched, then);
        }
    }

    /** What is on disk does not add up either, so the next run must not take it up. */
    private SystemError doesNotAddUp(long fetched) throws IOException {
        load.fetchAllAgain(resource, "its list did not add up");
        return new SystemError(
                ExitCode.HEVY_API,
                "Hevy counts " + count.orElse(0) + " " + resource.name() + ", but its list has " + fetched + ", "
                        + MOST_LISTINGS + " times over; nothing was committed.",
                "Run again later; if it stays so, please report it.");
    }
}
