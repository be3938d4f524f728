package io.github.hevypipeline.scale;

import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.faults.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The jar of many accounts as its users run it, on one API and one bucket: each process has a working directory of its own.
 *
 * <p>Owned by one test, which closes it.
 */
public final class ScaleJar implements AutoCloseable {
    private static final Path JAR = Path.of("target", "hevy-pipeline-scale.jar").toAbsolutePath();
    private static final String BUCKET = "lake";
    /** {@code ACCOUNTS_PREFIX}. */
    public static final String PREFIX = "accounts";

    private final Path root;
    private final ManyAccounts hevy;
    private final EmbeddedS3 s3;

    /** {@code root} is a folder for all of it. */
    public ScaleJar(Path root, ManyAccounts hevy) throws IOException {
        this.root = root;
        this.hevy = hevy;
        this.s3 = EmbeddedS3.start(root.resolve("s3"), BUCKET);
    }

    /** A process in a working directory of this name, with all settings but those of Kafka and Spark. */
    public JarProcess process(String name) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        return new JarProcess(folder, Files.createDirectories(root.resolve("logs-" + name)))
                .through(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-jar",
                        JAR.toString())
                .with(Map.of(
                        "HEVY_ACCOUNTS", hevy.writeAccounts(root).toString(),
                        "HEVY_BASE_URL", hevy.baseUri().toString(),
                        "ACCOUNTS_REQUEST_RATE", "0",
                        "S3_BUCKET_NAME", BUCKET,
                        "S3_ENDPOINT_URL", s3.endpoint().toString(),
                        "AWS_ACCESS_KEY_ID", s3.accessKey(),
                        "AWS_SECRET_ACCESS_KEY", s3.secretKey()))
                .with("AWS_DEFAULT_REGION", "us-east-1");
    }

    /** The S3 server, for Spark. */
    public EmbeddedS3 s3() {
        return s3;
    }

    /** The folder in which the S3 server keeps the bucket's objects as files. */
    public Path bucket() {
        return root.resolve("s3").resolve(BUCKET);
    }

    /** What is committed. */
    public CommittedPackages packages() {
        return new CommittedPackages(bucket(), PREFIX);
    }

    @Override
    public void close() throws IOException {
        s3.close();
    }
}
