package io.github.hevypipeline.extract;

import io.github.hevypipeline.raw.Resource;
import java.time.Instant;

/**
 * A paged list to be read once: all items of a resource, or its changes since a time.
 *
 * <p>Immutable.
 *
 * @param resource what it is of
 * @param pass 0 for the list; the changes may be read more than once, each time as another pass from 1
 * @param since where the changes are read from; null for the list
 */
record Feed(Resource resource, int pass, Instant since) {
    static Feed list(Resource resource) {
        return new Feed(resource, 0, null);
    }

    boolean isChanges() {
        return pass > 0;
    }

    String name() {
        return isChanges() ? resource.name() + " changes" : resource.name();
    }

    String path() {
        return isChanges() ? resource.events().path() : resource.path();
    }

    /** The query of one page; nothing in it needs an escape. */
    String query(int page) {
        String paging = "page=" + page + "&pageSize=" + resource.pageSize();
        return isChanges() ? paging + "&since=" + since : paging;
    }

    String listKey() {
        return isChanges() ? resource.events().listKey() : resource.listKey();
    }

    /** The field of an event that holds the item. */
    String itemKey() {
        return resource.events().itemKey();
    }
}
