package io.github.hevypipeline.extract;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.raw.Resource;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which pages of one resource were asked for and which come next: the state of the paging loop.
 *
 * <p>Thread-safe: the pages of a window are fetched side by side. The first page is asked for alone, since only an
 * answer says how many there are; every further answer may correct that.
 */
public final class Pages {
    /** Far beyond any account; ends a loop that an API without end would keep going. */
    private static final int MOST_PAGES = 1_000_000;

    private static final int MILESTONES = 10;

    private final Resource resource;
    private final int windowSize;
    private int next = 1;
    private int last = 1;

    Pages(Resource resource, int windowSize) {
        this.resource = resource;
        this.windowSize = windowSize;
    }

    public Resource getResource() {
        return resource;
    }

    /** Whether there are pages that were not asked for yet. */
    public synchronized boolean isUnfinished() {
        return next <= last;
    }

    /** Takes the numbers of the next few pages, to be fetched side by side. */
    public synchronized List<Integer> nextWindow() {
        int first = next;
        int end = Math.min(last, first + windowSize - 1);
        next = end + 1;
        return IntStream.rangeClosed(first, end).boxed().toList();
    }

    /** How many pages there are, as far as is known. */
    public synchronized int getCount() {
        return last;
    }

    /** How many pages were asked for. */
    public synchronized int getAsked() {
        return next - 1;
    }

    /** Whether the last window completed another tenth of the pages: worth a line of progress. */
    public synchronized boolean isMilestone() {
        int asked = next - 1;
        int before = Math.max(0, asked - windowSize);
        return asked >= last || asked * MILESTONES / last > before * MILESTONES / last;
    }

    /** Takes the page count of an answer. */
    synchronized void countIs(int pageCount) {
        if (pageCount > MOST_PAGES) {
            throw new SystemError(
                    ExitCode.HEVY_API,
                    "Hevy says that " + resource.path() + " has " + pageCount + " pages, which cannot be.",
                    "Try again later; if it stays so, the API has changed: please report it.");
        }
        last = Math.max(1, pageCount);
    }

    /** Notes that a page does not exist, since the list became shorter while it was read. */
    synchronized void endBefore(int page) {
        last = Math.min(last, page - 1);
    }
}
