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
 * Which pages of one feed are here and which come next: the state of the paging loop.
 *
 * <p>Thread-safe: the pages of a window are fetched side by side, a few at a time. The first page is asked for alone,
 * since only a response says how many there are; every further response may correct that.
 */
public final class PageCursor {
    /** Far beyond any account; ends a loop that an API without end would keep going. */
    private static final int MAX_PAGES = 1_000_000;

    /** Pages one after another that only repeat what came before: more than anyone logs between two requests. */
    private static final int MAX_REPETITIONS = 20;

    private static final int MILESTONES = 10;

    /** So that those who fetch seldom wait for the slowest of a window. */
    private static final int ROUNDS_OF_A_WINDOW = 8;

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

    PageCursor(Feed feed, int concurrency) {
        this.feed = feed;
        this.windowSize = concurrency * ROUNDS_OF_A_WINDOW;
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

    /** Reads some pages of a list once more, one after another, until the list is complete. */
    static PageCursor again(Feed feed, List<Integer> pages, BooleanSupplier isComplete) {
        return new PageCursor(feed, pages, isComplete);
    }

    Feed feed() {
        return feed;
    }

    /** What is paged through, for the log. */
    public String getName() {
        return feed.name();
    }

    /** The path and query of the request for one page. */
    public String request(int page) {
        return feed.request(page);
    }

    /** Whether there are pages that were not asked for yet. */
    public synchronized boolean isUnfinished() {
        if (!again.isEmpty()) {
            return !stopped && !isComplete.getAsBoolean();
        }
        skipKept();
        return next <= last && !stopped;
    }

    /** Whether they are all items of a resource, and so what is landed. */
    public boolean isList() {
        return !feed.isChanges();
    }

    /** Whether pages are read once more, which are kept beside those that came first. */
    boolean isRereading() {
        return rereads;
    }

    /** Takes the numbers of the next few pages, to be fetched side by side. */
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

    /** How many pages there are, as far as is known. */
    public synchronized int getCount() {
        return last;
    }

    /** How many pages are behind us. */
    public synchronized int getPassed() {
        return next - 1;
    }

    /** How many pages are here, those too that an earlier run has kept. */
    public synchronized int getReached() {
        return kept.size() + arrived;
    }

    /** How many pages have arrived. */
    public synchronized int getArrived() {
        return arrived;
    }

    /** How large the pages are that have arrived. */
    public synchronized long getBytes() {
        return bytes;
    }

    /** How long it is since the loop began. */
    public Duration getElapsed() {
        return Duration.ofNanos(System.nanoTime() - openedAt);
    }

    /** Whether the last window completed another tenth of the pages: worth a line of progress. */
    public synchronized boolean isMilestone() {
        int passed = next - 1;
        int before = Math.max(0, passed - windowSize);
        return isList() && !stopped && (passed >= last || passed * MILESTONES / last > before * MILESTONES / last);
    }

    /** How many requests were made. */
    synchronized int asked() {
        return asked;
    }

    /** How many items were not known before. */
    synchronized int news() {
        return news;
    }

    /** Takes note of a page that an earlier run has kept. */
    synchronized void has(int page, int pageCount) {
        kept.add(page);
        countIs(pageCount);
    }

    /** Takes note of a page, how many of its items say something that was not known, and its size. */
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

    /** Takes the page count of a response. */
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
     * Whether a page that is not there means that the list ends before it. A list that is not there at all may be one of
     * a person who has nothing; where items are counted, the count tells.
     */
    public boolean mayEndBefore(int page) {
        boolean mayBeMissing = !feed.isChanges()
                && (feed.resource().missingMeansEmpty() || feed.resource().count() != null);
        return page > 1 || mayBeMissing;
    }

    /** Ends the loop, whatever the responses say that are still to come. */
    synchronized void stop() {
        stopped = true;
    }

    /** Notes that a page does not exist, since the list became shorter while it was read. */
    synchronized void endBefore(int page) {
        last = Math.min(last, page - 1);
    }
}
