package io.github.hevypipeline.extract;

import io.github.hevypipeline.raw.Roster;
import java.util.List;

/**
 * What the loop has to know of one answer of a paged list.
 *
 * @param pageCount how many pages the list has
 * @param items the key and version of each item, in order
 */
record Page(int pageCount, List<Roster.Item> items) {}
