package io.github.hevypipeline.faults;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.routes.LakeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;

/**
 * A person's installation with the packaged jar: a simulated account, an S3 server, and a working directory.
 *
 * <p>Owned by one test.
 */
public final class JarInstallation implements AutoCloseable {
    public static final String KEY = "5ec2e7ab-1e00-4bad-9d0c-000000000001";

    private final Path folder;
    private final Path bucket;
    private final SimulatedHevy hevy;
    private final EmbeddedS3 s3;
    private final JarProcess jar;

    /** {@code root} is a folder for all of it. */
    public JarInstallation(Path root, Account account) throws IOException {
        this.folder = Files.createDirectories(root.resolve("folder"));
        this.bucket = root.resolve("s3/lake");
        this.hevy = SimulatedHevy.of(account).apiKey(KEY).start();
        this.s3 = EmbeddedS3.start(root.resolve("s3"), "lake");
        this.jar = new JarProcess(folder, Files.createDirectories(root.resolve("logs")))
                .with(Map.of(
                        "HEVY_API_KEY", KEY,
                        "HEVY_BASE_URL", hevy.baseUri().toString(),
                        "S3_BUCKET_NAME", "lake",
                        "S3_ENDPOINT_URL", s3.endpoint().toString(),
                        "AWS_ACCESS_KEY_ID", s3.accessKey(),
                        "AWS_SECRET_ACCESS_KEY", s3.secretKey(),
                        "PIPELINE_SHOW_LIMIT", "1"));
    }

    /** An account with as many workouts, which end on a day in 2025. */
    public static Account account(int workouts) {
        return SimulatedAccount.withWorkouts(7, workouts, LocalDate.of(2025, 3, 1));
    }

    /** The working directory. */
    public Path folder() {
        return folder;
    }

    /** The published DuckDB file. */
    public Path warehouse() {
        return folder.resolve("hevy.duckdb");
    }

    /** The folder in which the S3 server keeps the bucket's objects as files. */
    public Path bucket() {
        return bucket;
    }

    public SimulatedHevy hevy() {
        return hevy;
    }

    public EmbeddedS3 s3() {
        return s3;
    }

    public JarProcess jar() {
        return jar;
    }

    /** Sets the clock of later runs off, such as {@code PT-2H}, in a copy of the routes. */
    public void setClockOff(String offset) throws IOException {
        jar.copy("routes");
        Path commands = folder.resolve("routes/commands.camel.yaml");
        String routes = Files.readString(Path.of("routes/commands.camel.yaml"));
        String clock = "- {name: clock, type: java.time.Clock, factoryMethod: systemUTC}";
        String changed = routes.replace(clock, """
                - {name: rightClock, type: java.time.Clock, factoryMethod: systemUTC}
                    - name: clock
                      type: java.time.Clock
                      factoryMethod: offset
                      constructors: {"0": "#bean:rightClock", "1": "%s"}\
                """.formatted(offset));
        if (changed.equals(routes)) {
            throw new AssertionError("commands.camel.yaml has no bean clock any more");
        }
        Files.writeString(commands, changed);
    }

    public LakeReader lake() {
        return new LakeReader(bucket.resolve("raw/hevy"));
    }

    @Override
    public void close() throws IOException {
        hevy.close();
        s3.close();
    }
}
