package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import software.amazon.awssdk.services.s3.S3Client;

/** What the routes do with S3 objects beside one GET, PUT or DELETE. Thread-safe. */
public final class StoredObjects {
    private final S3Client client;

    public StoredObjects(S3Client client) {
        this.client = client;
    }

    /** Requests the next page of a listing: at most 1,000 keys. */
    public void list(@Variable("listing") ObjectListing listing) {
        listing.add(client.listObjectsV2(listing.request()));
    }

    /**
     * Checks that an object is byte for byte the local file: then an earlier PUT has put it, and its response was lost.
     *
     * @throws TransientError if it is anything else
     */
    public void requireSame(@Variable("object") StagedObject object, @Body InputStream there) throws IOException {
        String stored;
        try (there) {
            stored = Sha256.hexOf(there);
        }
        if (!stored.equals(Sha256.hexOf(object.file().toPath()))) {
            throw new TransientError(
                    ExitCode.ANOTHER_RUN_WON,
                    "Another run has put something else under the key " + object.key() + ".",
                    "Schedule one run at a time, and run again.");
        }
    }

    /**
     * The server has refused a PUT for another one, but has no object under the key.
     *
     * @throws TransientError always
     */
    public void failAbsent(@Variable("object") StagedObject object) {
        throw new TransientError(
                ExitCode.ANOTHER_RUN_WON,
                "S3 has refused the object " + object.key() + " for another one, which is not there.",
                "Schedule one run at a time, and run again.");
    }
}
