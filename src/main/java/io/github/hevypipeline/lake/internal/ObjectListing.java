package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.Destination;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lists the objects under one prefix, page by page: follows the server's own continuation token, whatever the order of
 * its keys, and always ends.
 *
 * <p>Not thread-safe; it belongs to one run.
 */
public abstract class ObjectListing {
    /** Some servers give pages without keys where many objects were deleted; no server gives as many in a row. */
    private static final int MAX_EMPTY = 100;

    private final String bucket;
    private final String prefix;
    private final String server;
    private final Set<String> tokens = new HashSet<>();
    private String token;
    private int empty;
    private boolean finished;

    /** Begins at the first page. */
    protected ObjectListing(Destination destination, String prefix) {
        this.bucket = destination.bucket();
        this.prefix = prefix;
        this.server = destination.endpoint().isEmpty() ? "AWS" : destination.endpoint();
    }

    /** Takes one object, and returns whether it was not listed before. */
    protected abstract boolean add(ListedObject object);

    /** What the keys begin with. */
    public final String prefix() {
        return prefix;
    }

    /** Whether there may be more objects. */
    public final boolean isUnfinished() {
        return !finished;
    }

    /** What the store has named to ask for the next page; null for the first. */
    public final String token() {
        return token;
    }

    /**
     * One response of the store.
     *
     * @param nextToken asks for the next page; null or empty if there is none
     * @param isTruncated whether there are more objects; null if the store does not say
     */
    public record Page(List<ListedObject> objects, String nextToken, Boolean isTruncated) {
        /** All objects at once. */
        public static Page whole(List<ListedObject> objects) {
            return new Page(objects, null, false);
        }
    }

    /**
     * Takes a page.
     *
     * @throws SystemError if the listing would not end, or cannot go on
     */
    public final void add(Page page) {
        boolean broughtNew = false;
        for (ListedObject object : page.objects()) {
            broughtNew |= add(object);
        }
        token = page.nextToken();
        boolean hasToken = token != null && !token.isEmpty();
        finished = page.isTruncated() == null ? !hasToken : !page.isTruncated();
        if (finished) {
            return;
        }
        if (!hasToken) {
            throw failure("says that there are more objects, but not how to ask for them");
        }
        boolean isEmpty = page.objects().isEmpty();
        empty = isEmpty ? empty + 1 : 0;
        boolean isNewToken = tokens.add(token);
        boolean mayGoOn = isEmpty ? isNewToken && empty < MAX_EMPTY : broughtNew;
        if (!mayGoOn) {
            throw failure("lists the same objects again and again");
        }
    }

    private SystemError failure(String what) {
        return new SystemError(
                ExitCode.S3,
                "The S3 server " + server + " " + what + " (ListObjectsV2 of bucket " + bucket + ", prefix " + prefix
                        + ").",
                "Update that server, or use one that honours its continuation tokens; nothing was changed.");
    }
}
