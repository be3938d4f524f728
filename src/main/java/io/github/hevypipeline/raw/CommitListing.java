package io.github.hevypipeline.raw;

import java.util.List;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Walks the keys of the load log, a request at a time, to the newest commit.
 *
 * <p>Not thread-safe; it belongs to one run. The S3 producer gives one answer of at most 1,000 keys, in their order.
 */
public final class CommitListing {
    private final String bucket;
    private final String prefix;
    private String marker;
    private boolean finished;
    private String newestKey;

    CommitListing(Destination destination) {
        this.bucket = destination.bucket();
        this.prefix = destination.rawKey(LoadLog.LOADS + "/");
    }

    /** Whether there may be more keys. */
    public boolean isUnfinished() {
        return !finished;
    }

    /** The next request. */
    public ListObjectsRequest getRequest() {
        return ListObjectsRequest.builder()
                .bucket(bucket)
                .prefix(prefix)
                .marker(marker)
                .build();
    }

    void add(List<S3Object> answer) {
        for (S3Object object : answer) {
            boolean isInFolder = object.key().lastIndexOf('/') == prefix.length() - 1;
            if (isInFolder && LoadLog.sequenceOf(object.key()) > 0) {
                newestKey = object.key();
            }
            marker = object.key();
        }
        finished = answer.isEmpty();
    }

    /** The key of the newest commit, or null if there is none. */
    public String getNewestKey() {
        return newestKey;
    }
}
