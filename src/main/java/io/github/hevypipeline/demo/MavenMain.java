package io.github.hevypipeline.demo;

import io.github.hevypipeline.app.Main;
import io.github.hevypipeline.app.Settings;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * The entry point of {@code mvn camel:run}: embeds what is not configured, and runs the very same pipeline.
 *
 * <p>Neither key nor bucket: the demo, a simulated Hevy account and an S3 server in this process. A key and no bucket:
 * the real account, into an S3 server that keeps the lake in {@code ./lake}. A bucket and no key is an error, so that
 * simulated data never reaches a real bucket.
 */
public final class MavenMain {
    private static final String BUCKET = "hevy";
    private static final Path DEMO = Path.of("target", "demo");
    private static final Path LAKE = Path.of("lake");

    private MavenMain() {}

    /** Runs one command; a failure fails the Maven build, since exiting would end Maven itself. */
    public static void main(String[] args) throws IOException {
        ExitCode ended = run(args);
        if (ended != ExitCode.DONE) {
            throw new IllegalStateException("hevy-pipeline ended with exit code " + ended.number());
        }
    }

    static ExitCode run(String[] args) throws IOException {
        Settings settings;
        try {
            settings = Settings.read(System.getenv(), Map.of());
        } catch (PipelineException e) {
            System.err.println(e.getMessage() + " Next: " + e.nextStep());
            return e.exitCode();
        }
        boolean key = settings.has("HEVY_API_KEY");
        boolean bucket = settings.has("S3_BUCKET_NAME");
        if (bucket) {
            return Main.run(args, Map.of());
        }
        return key ? loadIntoLakeFolder(args) : runDemo(args);
    }

    private static ExitCode loadIntoLakeFolder(String[] args) throws IOException {
        try (EmbeddedS3 s3 = EmbeddedS3.start(LAKE, BUCKET)) {
            System.err.println("No S3_BUCKET_NAME is set: your lake is kept in the folder " + LAKE + "/.");
            return Main.run(args, bucketOf(s3));
        }
    }

    private static ExitCode runDemo(String[] args) throws IOException {
        try (SimulatedHevy hevy = SimulatedHevy.serve(SimulatedAccount.demo(Clock.systemUTC()));
                EmbeddedS3 s3 = EmbeddedS3.start(DEMO.resolve("lake"), BUCKET)) {
            System.err.println("""
                    ================================ DEMO ================================
                    Neither HEVY_API_KEY nor S3_BUCKET_NAME is set, so this run loads a
                    simulated Hevy account into an S3 server, both inside this process.
                    Everything it makes is under target/demo/. Your own account: README.md
                    ======================================================================""");
            Map<String, String> overrides = new HashMap<>(bucketOf(s3));
            overrides.put("HEVY_API_KEY", hevy.apiKey());
            overrides.put("HEVY_BASE_URL", hevy.baseUri().toString());
            overrides.put("DLT_PIPELINE_DIR", DEMO.resolve("dlt_pipelines").toString());
            overrides.put("DBT_DUCKDB_PATH", DEMO.resolve("hevy.duckdb").toString());
            return Main.run(args, overrides);
        }
    }

    private static Map<String, String> bucketOf(EmbeddedS3 s3) {
        return Map.of(
                "S3_BUCKET_NAME", BUCKET,
                "S3_ENDPOINT_URL", s3.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", s3.accessKey(),
                "AWS_SECRET_ACCESS_KEY", s3.secretKey(),
                "AWS_DEFAULT_REGION", "us-east-1");
    }
}
