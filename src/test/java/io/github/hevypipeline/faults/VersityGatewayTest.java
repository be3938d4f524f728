package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.LakeReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pipeline on another S3 server, versitygw, if that is in the PATH: {@code go install
 * github.com/versity/versitygw/cmd/versitygw@v1.8.0}.
 */
class VersityGatewayTest {
    private static final String ACCESS_KEY = "AKIAVERSITY";
    private static final String SECRET_KEY = "versity-secret";

    @TempDir
    private Path folder;

    private SimulatedHevy hevy;
    private Process gateway;
    private FaultProxy proxy;
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        Optional<Path> program = Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(path -> Path.of(path, "versitygw"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeThat(program).as("versitygw").isPresent();
        int port = LocalPort.free();
        Files.createDirectories(folder.resolve("s3/lake"));
        ProcessBuilder builder = new ProcessBuilder(
                program.orElseThrow().toString(),
                "--port",
                "127.0.0.1:" + port,
                "posix",
                folder.resolve("s3").toString());
        builder.environment().put("ROOT_ACCESS_KEY", ACCESS_KEY);
        builder.environment().put("ROOT_SECRET_KEY", SECRET_KEY);
        builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("versitygw.log").toFile());
        gateway = builder.start();
        proxy = FaultProxy.before(URI.create("http://127.0.0.1:" + port));
        hevy = SimulatedHevy.serve(SimulatedAccount.withWorkouts(4, 12, LocalDate.of(2026, 5, 1)));
        settings.put("HEVY_API_KEY", hevy.apiKey());
        settings.put("HEVY_BASE_URL", hevy.baseUri().toString());
        settings.put("S3_BUCKET_NAME", "lake");
        settings.put("S3_ENDPOINT_URL", proxy.uri().toString());
        settings.put("AWS_ACCESS_KEY_ID", ACCESS_KEY);
        settings.put("AWS_SECRET_ACCESS_KEY", SECRET_KEY);
        settings.put("AWS_DEFAULT_REGION", "us-east-1");
        // Until it listens.
        settings.put("S3_RETRIES", "10");
        settings.put("DLT_PIPELINE_DIR", folder.resolve("work").toString());
        settings.put("DBT_DUCKDB_PATH", folder.resolve("hevy.duckdb").toString());
        settings.put("PIPELINE_SHOW_LIMIT", "1");
    }

    @AfterEach
    void stop() throws IOException {
        if (gateway != null) {
            gateway.destroy();
            proxy.close();
            hevy.close();
        }
    }

    private CapturedRun run(String... arguments) {
        return CapturedRun.of(() -> Main.run(arguments, settings));
    }

    @Test
    @Fault(37)
    void it_loads_builds_sweeps_and_passes_the_doctor() throws IOException {
        CapturedRun first = run();
        assertThat(first.exitCode()).as(first.text()).isEqualTo(ExitCode.DONE);

        Path dataset = folder.resolve("s3/lake/raw/hevy");
        Path dead = Files.writeString(dataset.resolve("workouts/1000000000.0000001.2026.parquet"), "x");
        hevy.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 5, 2), 1));
        CapturedRun second = run();

        assertThat(second.exitCode()).as(second.text()).isEqualTo(ExitCode.DONE);
        assertThat(dead).doesNotExist();
        LakeReader lake = new LakeReader(dataset);
        assertThat(lake.commits()).isEqualTo(2);
        assertThat(lake.faults()).isEmpty();
        assertThat(lake.query("select count(*) from {workouts}")).containsExactly(List.of("13"));
        CapturedRun doctor = run("doctor");
        assertThat(doctor.exitCode()).as(doctor.text()).isEqualTo(ExitCode.DONE);
        assertThat(proxy.log())
                .extracting(FaultProxy.Entry::status)
                .contains(412)
                .doesNotContain(400, 501);
    }
}
