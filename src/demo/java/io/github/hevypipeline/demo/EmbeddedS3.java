package io.github.hevypipeline.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 server inside the process that keeps its objects as ordinary files: {@code <folder>/<bucket>/<key>}.
 *
 * <p>Thread-safe. Listens on the loopback address and a free port until whoever started it closes it. Checks AWS
 * signatures (version 4) against credentials made up at each start, and honours {@code If-None-Match: *} on PUT.
 * Clients must use path-style addresses; any region will do.
 */
public final class EmbeddedS3 implements AutoCloseable {
    private static final long STOP_WITHIN_MILLIS = 2_000;

    private final S3Proxy server;
    private final String accessKey;
    private final String secretKey;

    private EmbeddedS3(S3Proxy server, String accessKey, String secretKey) {
        this.server = server;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
    }

    /**
     * Serves the objects in a folder. Creates the folder and the buckets if they do not exist.
     *
     * @throws IOException when the folder cannot be written or the server cannot start
     */
    public static EmbeddedS3 start(Path folder, String... buckets) throws IOException {
        for (String bucket : buckets) {
            Files.createDirectories(folder.resolve(bucket));
        }
        Files.createDirectories(folder);
        String accessKey = "EMBEDDED" + random(6);
        String secretKey = random(20);
        S3Proxy server = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(
                        folder.toAbsolutePath().normalize().toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secretKey)
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(32)
                .stopTimeout(STOP_WITHIN_MILLIS)
                .metricsEnabled(false)
                .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new IOException("The embedded S3 server did not start", e);
        }
        return new EmbeddedS3(server, accessKey, secretKey);
    }

    /** Such as {@code http://127.0.0.1:41234}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    /** The only access key that is known. */
    public String accessKey() {
        return accessKey;
    }

    /** The secret that belongs to {@link #accessKey()}. */
    public String secretKey() {
        return secretKey;
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IOException("The embedded S3 server did not stop", e);
        }
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().withUpperCase().formatHex(random);
    }
}
