package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.LakeReader;
import io.github.hevypipeline.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * One person's installation whose every request passes a fault proxy: one before Hevy, one before S3, numbered together.
 *
 * <p>Owned by one test.
 */
final class ProxiedInstallation implements AutoCloseable {
    static final String BUCKET = "lake";

    private final Path folder;
    private final SimulatedHevy hevy;
    private final EmbeddedS3 s3;
    private final FaultProxy hevyProxy;
    private final FaultProxy s3Proxy;
    private final Map<String, String> settings = new HashMap<>();

    /** What a command ended with and wrote to standard error. */
    record Run(ExitCode exitCode, List<String> lines) {
        String lastLine() {
            return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        }
    }

    ProxiedInstallation(Path folder, Account account) throws IOException {
        this(folder, SimulatedHevy.serve(account));
    }

    /** Closes the server of Hevy as well. */
    ProxiedInstallation(Path folder, SimulatedHevy hevy) throws IOException {
        AtomicInteger counter = new AtomicInteger();
        this.folder = folder;
        this.hevy = hevy;
        this.s3 = EmbeddedS3.start(folder.resolve("s3"), BUCKET);
        this.hevyProxy = FaultProxy.before(hevy.baseUri(), counter);
        this.s3Proxy = FaultProxy.before(s3.endpoint(), counter);
        settings.put("HEVY_API_KEY", hevy.apiKey());
        settings.put("HEVY_BASE_URL", hevyProxy.uri().toString());
        settings.put("S3_BUCKET_NAME", BUCKET);
        settings.put("S3_ENDPOINT_URL", s3Proxy.uri().toString());
        settings.put("AWS_ACCESS_KEY_ID", s3.accessKey());
        settings.put("AWS_SECRET_ACCESS_KEY", s3.secretKey());
        settings.put("AWS_DEFAULT_REGION", "us-east-1");
        settings.put("DLT_PIPELINE_DIR", folder.resolve("work").toString());
        settings.put("DBT_DUCKDB_PATH", warehouse().toString());
        settings.put("PIPELINE_SHOW_LIMIT", "1");
    }

    ProxiedInstallation with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    Run run(String... arguments) {
        return run(Map.of(), arguments);
    }

    /** Runs a command that must succeed. */
    Run succeed(String... arguments) {
        Run run = run(arguments);
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.DONE);
        return run;
    }

    /** A run of the same lake from another machine, whose requests to S3 pass no proxy. */
    Run runElsewhere(String... arguments) {
        return runElsewhere(settings.get("HEVY_API_KEY"), arguments);
    }

    /** The same with another key. */
    Run runElsewhere(String key, String[] arguments) {
        return run(
                Map.of(
                        "HEVY_API_KEY", key,
                        "S3_ENDPOINT_URL", s3.endpoint().toString(),
                        "DLT_PIPELINE_DIR", folder.resolve("elsewhere").toString(),
                        "DBT_DUCKDB_PATH", folder.resolve("elsewhere.duckdb").toString()),
                arguments);
    }

    private Run run(Map<String, String> overrides, String... arguments) {
        PrintStream terminal = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            ExitCode exitCode = Main.run(arguments, Settings.read(settings, overrides, folder));
            return new Run(
                    exitCode, written.toString(StandardCharsets.UTF_8).lines().toList());
        } finally {
            System.setErr(terminal);
        }
    }

    SimulatedHevy hevy() {
        return hevy;
    }

    Account account() {
        return hevy.account();
    }

    FaultProxy hevyProxy() {
        return hevyProxy;
    }

    FaultProxy s3Proxy() {
        return s3Proxy;
    }

    /** Every request so far to either server, in the order of their numbers. */
    List<FaultProxy.Entry> requests() {
        return Stream.concat(hevyProxy.log().stream(), s3Proxy.log().stream())
                .sorted((a, b) ->
                        Integer.compare(a.request().number(), b.request().number()))
                .toList();
    }

    void forgetRequests() {
        hevy.forgetLog();
        s3Proxy.forgetLog();
    }

    /** Every request to S3 that is no GET, as method and path. */
    List<String> writes() {
        return s3Proxy.log().stream()
                .map(FaultProxy.Entry::request)
                .filter(request -> !request.method().equals("GET"))
                .map(request -> request.method() + " " + request.path())
                .toList();
    }

    void rawTablesHold() {
        invariants().rawTablesHold(Truth.of(account()));
    }

    void invariantsHold() {
        invariants().holdFor(Truth.of(account()));
    }

    private Invariants invariants() {
        return Invariants.of(bucket(), warehouse(), folder.resolve("work"));
    }

    Path folder() {
        return folder;
    }

    /** The published DuckDB file. */
    Path warehouse() {
        return folder.resolve("hevy.duckdb");
    }

    /** The folder in which the S3 server keeps the bucket's objects as files. */
    Path bucket() {
        return folder.resolve("s3").resolve(BUCKET);
    }

    LakeReader lake() {
        return new LakeReader(bucket().resolve("raw/hevy"));
    }

    @Override
    public void close() throws IOException {
        try (s3;
                hevy;
                s3Proxy;
                hevyProxy) {
            // All are closed, whichever fails.
        }
    }
}
