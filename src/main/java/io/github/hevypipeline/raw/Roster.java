package io.github.hevypipeline.raw;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which copy of each item counts when the same item came on several pages.
 *
 * <p>The API pages by offset, newest first: an item that is added while we page pushes others onto the next page, so
 * they come twice. The newest {@code updated_at} wins, and among equals the copy met on the lowest page.
 *
 * <p>Thread-safe: pages are added by several threads.
 */
public final class Roster {
    private final Map<String, Copy> winners = new HashMap<>();

    /**
     * One item of a page.
     *
     * @param id its primary key
     * @param updatedAtMicros when it was last edited, or {@link Long#MIN_VALUE} where items carry no such time
     */
    public record Item(String id, long updatedAtMicros) {}

    private record Copy(long updatedAtMicros, int page, int position) {
        boolean beats(Copy other) {
            if (updatedAtMicros != other.updatedAtMicros) {
                return updatedAtMicros > other.updatedAtMicros;
            }
            return page != other.page ? page < other.page : position < other.position;
        }
    }

    /** Enters the items of one page, in their order. */
    public synchronized void add(int page, List<Item> items) {
        for (int position = 0; position < items.size(); position++) {
            Copy copy = new Copy(items.get(position).updatedAtMicros(), page, position);
            winners.merge(items.get(position).id(), copy, (known, met) -> met.beats(known) ? met : known);
        }
    }

    /** Whether this copy of the item is the one to land. */
    synchronized boolean keeps(String id, int page, int position) {
        Copy winner = winners.get(id);
        return winner != null && winner.page() == page && winner.position() == position;
    }

    /** How many different items there are. */
    public synchronized int size() {
        return winners.size();
    }
}
