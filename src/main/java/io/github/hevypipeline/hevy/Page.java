package io.github.hevypipeline.hevy;

import io.github.hevypipeline.lake.ItemDeduplicator;
import java.util.List;
import java.util.Set;

/**
 * What the loop has to know of one response of a paged list.
 *
 * @param pageCount how many pages the list has
 * @param items the key and version of each item, in order; in a feed of changes also those that are gone,
 *     and null for an event that is of none
 * @param unknownEvents the types of events that this program does not know
 * @param untold how many events say of no item what became of it
 */
record Page(int pageCount, List<ItemDeduplicator.Item> items, Set<String> unknownEvents, int untold) {}
