package floor;

import java.net.URI;
import java.nio.file.Path;
import software.amazon.awssdk.services.s3.S3Client;

/** An S3 bucket that is addressed by path. Credentials and region are the SDK's to find. */
final class Bucket implements AutoCloseable {
    private final S3Client client;
    private final String name;

    Bucket(String endpoint, String name) {
        this.name = name;
        this.client = S3Client.builder()
                .endpointOverride(URI.create(endpoint))
                .forcePathStyle(true)
                .build();
    }

    void put(String key, Path file) {
        client.putObject(request -> request.bucket(name).key(key), file);
    }

    @Override
    public void close() {
        client.close();
    }
}
