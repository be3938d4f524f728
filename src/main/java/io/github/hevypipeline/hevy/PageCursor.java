package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.ItemDeduplicator;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The state of a paging loop over one feed: which pages have arrived, and which to request next.
 *
 * <p>Thread-safe, as the pages of a window are fetched in parallel. The first page is requested alone, because only a
 * response says how many pages there are; each later response may correct the number.
 */
public final class PageCursor {
    /** Far above any account; ends the loop over an endless list. */
    private static final int MAX_PAGES = 1_000_000;

    /** The longest run of pages without a new item: more than any user logs between two requests. */
    private static final int MAX_REPETITIONS = 20;

    private static final int MILESTONES = 10;

    private final Feed feed;
    private final int windowSize;
    private final Deque<Integer> again = new ArrayDeque<>();
    private final BooleanSupplier isComplete;
    private final boolean rereads;
    private final Set<Integer> kept = new HashSet<>();
    private final Set<String> met = new HashSet<>();
    private int next = 1;
    private int last = 1;
    private int asked;
    private int news;
    private int repetitions;
    private int arrived;
    private long bytes;
    private boolean stopped;
    private final long openedAt = System.nanoTime();

    PageCursor(Feed feed, int window) {
        this.feed = feed;
        // A file is read from its start to its end.
        this.windowSize = feed.resource().exported() ? 1 : window;
        this.isComplete = () -> false;
        this.rereads = false;
    }

    private PageCursor(Feed feed, List<Integer> again, BooleanSupplier isComplete) {
        this.feed = feed;
        this.windowSize = 1;
        this.again.addAll(again);
        this.isComplete = isComplete;
        this.rereads = true;
        this.next = again.size() + 1;
        this.last = again.size();
    }

    /** Reads some pages of a list again, in sequence, until the list is complete. */
    static PageCursor again(Feed feed, List<Integer> pages, BooleanSupplier isComplete) {
        return new PageCursor(feed, pages, isComplete);
    }

    Feed feed() {
        return feed;
    }

    /** The name of the feed, for the log. */
    public String getName() {
        return feed.name();
    }

    /** The path and query of the request for one page. */
    public String request(int page) {
        return feed.request(page);
    }

    /** Whether there are pages left to request. */
    public synchronized boolean isUnfinished() {
        if (!again.isEmpty()) {
            return !stopped && !isComplete.getAsBoolean();
        }
        skipKept();
        return next <= last && !stopped;
    }

    /** Whether the feed is the list of all items, not the changes. */
    public boolean isList() {
        return !feed.isChanges();
    }

    /** Whether the pages are read again; they are stored beside the first copies. */
    boolean isRereading() {
        return rereads;
    }

    /** Returns the numbers of the next pages, to be fetched in parallel. */
    public synchronized List<Integer> nextWindow() {
        List<Integer> window = new ArrayList<>();
        if (!again.isEmpty()) {
            asked++;
            return List.of(again.removeFirst());
        }
        for (skipKept(); next <= last && window.size() < windowSize; skipKept()) {
            window.add(next);
            next++;
        }
        asked += window.size();
        return window;
    }

    private void skipKept() {
        while (next <= last && kept.contains(next)) {
            next++;
        }
    }

    /** The number of pages that the last response has named. */
    public synchronized int getCount() {
        return last;
    }

    /** The number of pages before the next window. */
    public synchronized int getPassed() {
        return next - 1;
    }

    /** The number of stored pages, those of an interrupted run included. */
    public synchronized int getReached() {
        return kept.size() + arrived;
    }

    /** The number of pages that this run has fetched. */
    public synchronized int getArrived() {
        return arrived;
    }

    /** The bytes of the pages that this run has fetched. */
    public synchronized long getBytes() {
        return bytes;
    }

    /** The time since the loop started. */
    public Duration getElapsed() {
        return Duration.ofNanos(System.nanoTime() - openedAt);
    }

    /** Whether the last window completed another tenth of the list. */
    public synchronized boolean isMilestone() {
        int passed = next - 1;
        int before = Math.max(0, passed - windowSize);
        return isList() && !stopped && (passed >= last || passed * MILESTONES / last > before * MILESTONES / last);
    }

    /** The number of requests. */
    synchronized int asked() {
        return asked;
    }

    /** The number of items that were new, or newer than the known version. */
    synchronized int news() {
        return news;
    }

    /** Registers a page that an interrupted run has stored. */
    synchronized void has(int page, int pageCount) {
        kept.add(page);
        countIs(pageCount);
    }

    /**
     * Registers a fetched page.
     *
     * @param newItems the number of its items that were new, or newer than the known version
     * @param size in bytes
     * @throws SystemError if the list repeats the same items endlessly, or claims too many pages
     */
    synchronized void add(Page page, int newItems, long size) {
        arrived++;
        bytes += size;
        countIs(page.pageCount());
        news += newItems;
        boolean repeats = !page.items().isEmpty();
        for (ItemDeduplicator.Item item : page.items()) {
            repeats &= item != null && !met.add(item.id());
        }
        repetitions = repeats ? repetitions + 1 : 0;
        if (repetitions > MAX_REPETITIONS) {
            throw new SystemError(
                    ExitCode.HEVY_API,
                    "Hevy gives the same items of " + feed.path() + " again and again: " + repetitions
                            + " pages in a row held nothing new.",
                    "Try again later; if it stays so, the API has changed: please report it.");
        }
    }

    /** Corrects the number of pages. */
    synchronized void countIs(int pageCount) {
        if (rereads) {
            return;
        }
        if (pageCount > MAX_PAGES) {
            throw new SystemError(
                    ExitCode.HEVY_API,
                    "Hevy says that " + feed.path() + " has " + pageCount + " pages, which cannot be.",
                    "Try again later; if it stays so, the API has changed: please report it.");
        }
        last = Math.max(1, pageCount);
    }

    /**
     * Whether a 404 for a page means that the list ends before it. A list without a first page may be empty; for a counted
     * resource the count decides.
     */
    public boolean mayEndBefore(int page) {
        boolean mayBeMissing = !feed.isChanges()
                && (feed.resource().missingMeansEmpty() || feed.resource().count() != null);
        return page > 1 || mayBeMissing;
    }

    /** Ends the loop, whatever later responses say. */
    synchronized void stop() {
        stopped = true;
    }

    /** Ends the list before a page that does not exist: the list became shorter while it was read. */
    synchronized void endBefore(int page) {
        last = Math.min(last, page - 1);
    }
}
