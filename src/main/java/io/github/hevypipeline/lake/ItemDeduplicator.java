package io.github.hevypipeline.lake;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Deduplicates the items of a resource by id: the newest {@code updated_at} wins, and among equals the first copy.
 *
 * <p>Hevy pages by offset, newest first. An item added while we page shifts the others, so one may appear on two pages.
 * Pass 0 is the list, each further pass one reading of the feed of changes. The latest mention decides whether an item
 * exists: a later pass supersedes an earlier one, and within a pass the first mention is the newest.
 *
 * <p>Thread-safe: pages are added by several threads.
 */
public final class ItemDeduplicator {
    private final Map<String, Entry> entries = new HashMap<>();
    private int alive;
    private long newestMicros = Long.MIN_VALUE;

    /**
     * One item of a page.
     *
     * @param id its primary key
     * @param updatedAtMicros when it was last edited, or {@link Long#MIN_VALUE} where items carry no such time
     * @param deleted whether the page says that it was deleted; then it has no copy
     */
    public record Item(String id, long updatedAtMicros, boolean deleted) {
        /** An item that exists. */
        public Item(String id, long updatedAtMicros) {
            this(id, updatedAtMicros, false);
        }
    }

    private record Place(int pass, int page, int position) {
        /** Where an item is that was landed more than once. */
        static final Place SEVERAL = new Place(-1, -1, -1);

        boolean isBefore(Place other) {
            if (pass != other.pass) {
                return pass < other.pass;
            }
            return page != other.page ? page < other.page : position < other.position;
        }

        /** Whether a mention here is newer than one there. */
        boolean supersedes(Place other) {
            return pass != other.pass ? pass > other.pass : isBefore(other);
        }
    }

    private static final class Entry {
        private Place mention;
        private boolean deleted;
        private Place copy;
        private long updatedAtMicros;
        private Place landed;

        /** Whether exactly the copy that counts was landed, or none of a deleted item. */
        boolean isLandedRight() {
            return deleted ? landed == null : copy.equals(landed);
        }
    }

    /**
     * Adds the items of one page, in their order; null stands for an element without an item.
     *
     * @return how many were news: a new item, a newer version or a deletion
     */
    public synchronized int add(int pass, int page, List<Item> items) {
        int news = 0;
        for (int position = 0; position < items.size(); position++) {
            Item item = items.get(position);
            if (item != null && add(new Place(pass, page, position), item)) {
                news++;
            }
        }
        return news;
    }

    private boolean add(Place place, Item item) {
        Entry entry = entries.computeIfAbsent(item.id(), id -> new Entry());
        boolean news = false;
        if (entry.mention == null || place.supersedes(entry.mention)) {
            boolean wasAlive = entry.mention != null && !entry.deleted;
            news = entry.mention == null || entry.deleted != item.deleted();
            alive += (item.deleted() ? 0 : 1) - (wasAlive ? 1 : 0);
            entry.mention = place;
            entry.deleted = item.deleted();
        }
        if (!item.deleted()) {
            newestMicros = Math.max(newestMicros, item.updatedAtMicros());
            boolean newer = entry.copy == null || item.updatedAtMicros() > entry.updatedAtMicros;
            boolean sameButFirst =
                    !newer && item.updatedAtMicros() == entry.updatedAtMicros && place.isBefore(entry.copy);
            if (newer || sameButFirst) {
                entry.copy = place;
                entry.updatedAtMicros = item.updatedAtMicros();
            }
            news |= newer;
        }
        return news;
    }

    /**
     * Whether this copy of the item is the one to land, by the pages read so far. It then counts as landed; a later page
     * may supersede it, see {@link #isLandedRight}.
     */
    public synchronized boolean lands(String id, int pass, int page, int position) {
        Entry entry = entries.get(id);
        Place place = new Place(pass, page, position);
        boolean lands = entry != null && !entry.deleted && place.equals(entry.copy);
        if (lands) {
            entry.landed = entry.landed == null ? place : Place.SEVERAL;
        }
        return lands;
    }

    /** Whether exactly the copies that count were landed, each once. */
    synchronized boolean isLandedRight() {
        return entries.values().stream().allMatch(Entry::isLandedRight);
    }

    /** Forgets what was landed, to land again. */
    synchronized void forgetLanded() {
        entries.values().forEach(entry -> entry.landed = null);
    }

    /** Whether no page had an item. */
    public synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    /** How many different items exist. */
    public synchronized int size() {
        return alive;
    }

    /** The items that exist. */
    public synchronized Set<String> existing() {
        return ids(false);
    }

    /** The items that were deleted. */
    public synchronized Set<String> deleted() {
        return ids(true);
    }

    private Set<String> ids(boolean deleted) {
        Set<String> ids = new TreeSet<>();
        entries.forEach((id, entry) -> {
            if (entry.deleted == deleted) {
                ids.add(id);
            }
        });
        return ids;
    }

    /** The newest edit, by Hevy's clock; empty if no item has the time. */
    synchronized Optional<Instant> newestUpdate() {
        return newestMicros == Long.MIN_VALUE
                ? Optional.empty()
                : Optional.of(Instant.EPOCH.plus(newestMicros, ChronoUnit.MICROS));
    }

    /** Forgets everything, to begin again. */
    public synchronized void clear() {
        entries.clear();
        newestMicros = Long.MIN_VALUE;
        alive = 0;
    }
}
