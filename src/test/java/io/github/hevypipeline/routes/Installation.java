package io.github.hevypipeline.routes;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One person's installation: a simulated account, a lake on an S3 server or in a folder, a work folder, and the pipeline
 * between them.
 *
 * <p>Owned by one test.
 */
public final class Installation implements AutoCloseable {
    public static final String BUCKET = "lake";

    /** Where the lake is kept. */
    public enum Store {
        S3,
        FOLDER
    }

    private final Store store;
    private final Path folder;
    private final SimulatedHevy hevy;
    private final EmbeddedS3 s3;
    private final Map<String, String> settings = new HashMap<>();

    public Installation(Path folder, Account account) throws IOException {
        this(folder, account, Store.S3);
    }

    public Installation(Path folder, Account account, Store store) throws IOException {
        this.folder = folder;
        this.store = store;
        this.hevy = SimulatedHevy.serve(account);
        this.s3 = store == Store.S3 ? EmbeddedS3.start(folder.resolve("s3"), BUCKET) : null;
        settings.put("HEVY_API_KEY", hevy.apiKey());
        settings.put("HEVY_BASE_URL", hevy.baseUri().toString());
        if (store == Store.S3) {
            settings.put("S3_BUCKET_NAME", BUCKET);
            settings.put("S3_ENDPOINT_URL", s3.endpoint().toString());
            settings.put("AWS_ACCESS_KEY_ID", s3.accessKey());
            settings.put("AWS_SECRET_ACCESS_KEY", s3.secretKey());
            settings.put("AWS_DEFAULT_REGION", "us-east-1");
        } else {
            settings.put("LAKE_PATH", folder.resolve("lake").toString());
        }
        settings.put("DLT_PIPELINE_DIR", folder.resolve("work").toString());
        settings.put("DBT_DUCKDB_PATH", warehouse().toString());
        settings.put("PIPELINE_SHOW_LIMIT", "1");
    }

    public Installation with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    /** What a program beside the pipeline needs to read the same lake. */
    public Map<String, String> settings() {
        return Map.copyOf(settings);
    }

    public ExitCode run(String... args) {
        return Main.run(args, settings);
    }

    /** A run of the same lake from another machine: its own work folder and DuckDB file. */
    public ExitCode runElsewhere(String... args) {
        Map<String, String> elsewhere = new HashMap<>(settings);
        elsewhere.put("DLT_PIPELINE_DIR", folder.resolve("elsewhere").toString());
        elsewhere.put("DBT_DUCKDB_PATH", folder.resolve("elsewhere.duckdb").toString());
        return Main.run(args, elsewhere);
    }

    public SimulatedHevy hevy() {
        return hevy;
    }

    public Account account() {
        return hevy.account();
    }

    /** The published DuckDB file. */
    public Path warehouse() {
        return folder.resolve("hevy.duckdb");
    }

    /** The folder that has the objects as files: the S3 server's, or the lake itself. */
    public Path bucket() {
        return store == Store.S3
                ? folder.resolve("s3").resolve(BUCKET)
                : Path.of(settings.get("LAKE_PATH")).resolve("hevy");
    }

    public LakeReader lake() {
        return new LakeReader(bucket().resolve("raw/hevy"));
    }

    @Override
    public void close() throws IOException {
        hevy.close();
        if (s3 != null) {
            s3.close();
        }
    }
}
