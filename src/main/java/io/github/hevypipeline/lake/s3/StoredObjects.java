package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.internal.ListedObject;
import io.github.hevypipeline.lake.internal.ObjectListing;
import org.apache.camel.Variable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists objects on S3; the S3 component would keep the continuation token to itself. Thread-safe. */
public final class StoredObjects {
    private final S3Client client;
    private final String bucket;

    public StoredObjects(S3Client client, Destination destination) {
        this.client = client;
        this.bucket = destination.bucket();
    }

    /** Requests the next page of a listing: at most 1,000 keys. */
    public void list(@Variable("listing") ObjectListing listing) {
        ListObjectsV2Response response = client.listObjectsV2(ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(listing.prefix())
                .continuationToken(listing.token())
                .build());
        listing.add(new ObjectListing.Page(
                response.contents().stream().map(StoredObjects::listed).toList(),
                response.nextContinuationToken(),
                response.isTruncated()));
    }

    private static ListedObject listed(S3Object object) {
        return new ListedObject(
                object.key(),
                object.size() == null ? -1 : object.size(),
                object.eTag() == null ? null : object.eTag().replace("\"", ""),
                object.lastModified());
    }
}
