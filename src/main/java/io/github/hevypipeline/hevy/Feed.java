package io.github.hevypipeline.hevy;

import io.github.hevypipeline.lake.schema.Resource;
import java.time.Instant;

/**
 * A paged list of the API: all items of a resource, or its changes since an instant.
 *
 * <p>Immutable.
 *
 * @param pass 0 for the list; 1 and up for each reading of the changes
 * @param since the start of the changes; null for the list
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

    /** The response field with the items, or with the only item of an unpaged resource. */
    String itemsKey() {
        if (!resource.isPaged()) {
            return resource.objectKey();
        }
        return isChanges() ? resource.events().listKey() : resource.listKey();
    }

    /** The event field with the item. */
    String itemKey() {
        return resource.events().itemKey();
    }
}
