package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * The paging of one listing: follows the server's own continuation token, whatever the order of its keys, and ends.
 *
 * <p>Not thread-safe; it belongs to one listing.
 */
final class ListingPages {
    /** Some servers give pages without keys where many objects were deleted; no server gives as many in a row. */
    private static final int MAX_EMPTY = 100;

    private final String bucket;
    private final String prefix;
    private final String server;
    private final Set<String> tokens = new HashSet<>();
    private String token;
    private int empty;
    private boolean finished;

    /** Begins at the first page; the endpoint is empty for AWS. */
    ListingPages(String bucket, String prefix, String endpoint) {
        this.bucket = bucket;
        this.prefix = prefix;
        this.server = endpoint.isEmpty() ? "AWS" : endpoint;
    }

    boolean isUnfinished() {
        return !finished;
    }

    ListObjectsV2Request request() {
        return ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(prefix)
                .continuationToken(token)
                .build();
    }

    /**
     * Takes note of a page.
     *
     * @param broughtNew whether it has a key that no page before had
     * @throws SystemError if the listing would not end, or cannot go on
     */
    void add(ListObjectsV2Response page, boolean broughtNew) {
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

    private SystemError failure(String what) {
        return new SystemError(
                ExitCode.S3,
                "The S3 server " + server + " " + what + " (ListObjectsV2 of bucket " + bucket + ", prefix " + prefix
                        + ").",
                "Update that server, or use one that honours its continuation tokens; nothing was changed.");
    }
}
