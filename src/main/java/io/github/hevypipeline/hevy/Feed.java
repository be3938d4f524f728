package io.github.hevypipeline.hevy;

import io.github.hevypipeline.lake.schema.Resource;
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

    /** The path and query of the request for one page; nothing in it needs an escape. */
    String request(int page) {
        if (!resource.isPaged()) {
            return path();
        }
        String paged = path() + "?page=" + page + "&pageSize=" + resource.pageSize();
        return isChanges() ? paged + "&since=" + since : paged;
    }

    /** The field of a response that holds the items, or the only item if there are no pages. */
    String itemsKey() {
        if (!resource.isPaged()) {
            return resource.objectKey();
        }
        return isChanges() ? resource.events().listKey() : resource.listKey();
    }

    /** The field of an event that holds the item. */
    String itemKey() {
        return resource.events().itemKey();
    }
}
