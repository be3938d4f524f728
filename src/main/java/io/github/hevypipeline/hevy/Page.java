package io.github.hevypipeline.hevy;

import io.github.hevypipeline.lake.ItemDeduplicator;
import java.util.List;
import java.util.Set;

/**
 * One response of a feed, as the paging loop needs it.
 *
 * @param items the id and version of each item, in order; in a change feed also the deleted ones, and null for an event
 *     without an item
 * @param unknownEvents the event types that this program does not know
 * @param untold the number of events that do not say what became of an item
 */
record Page(int pageCount, List<ItemDeduplicator.Item> items, Set<String> unknownEvents, int untold) {}
