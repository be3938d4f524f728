package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.Destination;
import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

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
    ObjectListing(Destination destination, String prefix) {
        this.bucket = destination.bucket();
        this.prefix = prefix;
        this.server = destination.endpoint().isEmpty() ? S3Failures.AWS : destination.endpoint();
    }

    /** Takes one object, and returns whether it was not listed before. */
    abstract boolean add(ListedObject object);

    /** What the keys begin with. */
    final String prefix() {
        return prefix;
    }

    /** Whether there may be more objects. */
    public final boolean isUnfinished() {
        return !finished;
    }

    /** The request for the next page. */
    final ListObjectsV2Request request() {
        return ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(prefix)
                .continuationToken(token)
                .build();
    }

    /**
     * Takes a page.
     *
     * @throws SystemError if the listing would not end, or cannot go on
     */
    public final void add(ListObjectsV2Response page) {
        boolean broughtNew = false;
        for (S3Object object : page.contents()) {
            broughtNew |= add(listed(object));
        }
        token = page.nextContinuationToken();
        boolean hasToken = token != null && !token.isEmpty();
        finished = page.isTruncated() == null ? !hasToken : !page.isTruncated();
        if (finished) {
            return;
        }
        if (!hasToken) {
            throw failure("says that there are more objects, but not how to ask for them");
        }
        empty = page.contents().isEmpty() ? empty + 1 : 0;
        boolean isNewToken = tokens.add(token);
        boolean mayGoOn = page.contents().isEmpty() ? isNewToken && empty < MAX_EMPTY : broughtNew;
        if (!mayGoOn) {
            throw failure("lists the same objects again and again");
        }
    }

    private static ListedObject listed(S3Object object) {
        return new ListedObject(
                object.key(),
                object.size() == null ? -1 : object.size(),
                object.eTag() == null ? null : object.eTag().replace("\"", ""),
                object.lastModified());
    }

    private SystemError failure(String what) {
        return new SystemError(
                ExitCode.S3,
                "The S3 server " + server + " " + what + " (ListObjectsV2 of bucket " + bucket + ", prefix " + prefix
                        + ").",
                "Update that server, or use one that honours its continuation tokens; nothing was changed.");
    }
}
