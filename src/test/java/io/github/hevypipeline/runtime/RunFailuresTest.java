package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.LocalPort;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.settings.Settings;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A failed run ends with its exit code, and one line with the cause and the next step. */
class RunFailuresTest {
    @TempDir
    private Path folder;

    private Installation installation;
    private final Map<String, String> settings = new HashMap<>();

    /** The exit code and standard error of a command. */
    private record Run(ExitCode exitCode, List<String> lines) {
        /** All lines but those of the progress. */
        List<String> complaints() {
            return lines.stream()
                    .filter(line -> !line.matches("\\d\\d:\\d\\d:\\d\\d INFO .*"))
                    .toList();
        }
    }

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(7, 12, LocalDate.of(2025, 3, 1)));
        settings.putAll(installation.settings());
        settings.put("AWS_DEFAULT_REGION", "eu-west-1");
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Test
    void a_bucket_that_does_not_exist_is_named_with_its_region_and_endpoint() {
        settings.put("S3_BUCKET_NAME", "no-such-bucket");

        Run run = run("extract");

        assertThat(run.exitCode()).isEqualTo(ExitCode.S3);
        assertThat(run.complaints())
                .containsExactly(
                        "The bucket does not exist (s3:ListBucket on bucket no-such-bucket, region eu-west-1, endpoint "
                                + settings.get("S3_ENDPOINT_URL")
                                + "). Next: Create it, or correct S3_BUCKET_NAME, AWS_DEFAULT_REGION or"
                                + " S3_ENDPOINT_URL.");
    }

    @Test
    void a_wrong_secret_is_a_credentials_failure_and_is_not_shown() {
        settings.put("AWS_SECRET_ACCESS_KEY", "not-the-secret");

        Run run = run("extract");

        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.complaints())
                .singleElement()
                .asString()
                .contains("SignatureDoesNotMatch", "bucket lake", "Correct AWS_ACCESS_KEY_ID")
                .doesNotContain("not-the-secret");
    }

    @Test
    void an_s3_server_that_refuses_connections_is_named() throws IOException {
        try (LocalPort closed = LocalPort.closed()) {
            settings.put("S3_ENDPOINT_URL", closed.url());

            Run run = run("extract");

            assertThat(run.exitCode()).isEqualTo(ExitCode.S3);
            assertThat(run.complaints())
                    .singleElement()
                    .asString()
                    .contains("S3 cannot be reached", "Connection refused", "endpoint " + closed.url());
        }
    }

    @Test
    void only_the_sdk_retries_a_broken_s3_request() throws IOException {
        settings.put("S3_RETRIES", "2");
        AtomicInteger lists = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answerHeadAndHangUpOnGet(server, lists));
            thread.setDaemon(true);
            thread.start();
            settings.put("S3_ENDPOINT_URL", "http://127.0.0.1:" + server.getLocalPort());

            Run run = run("extract");

            assertThat(run.exitCode()).isEqualTo(ExitCode.S3);
            assertThat(run.complaints()).hasSize(1);
            assertThat(lists).hasValue(3);
        }
    }

    @Test
    void a_work_folder_that_cannot_be_created_is_a_disk_failure() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        settings.put("DLT_PIPELINE_DIR", file.resolve("work").toString());

        Run run = run("extract");

        assertThat(run.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(run.complaints()).singleElement().asString().contains("The local disk refused " + file);
    }

    @Test
    void validating_and_showing_before_the_first_run_say_that_there_is_nothing_yet() {
        for (String command : List.of("validate", "show", "sql select 1")) {
            Run run = run(command.split(" ", 2));

            assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(run.complaints())
                    .singleElement()
                    .asString()
                    .contains("hevy.duckdb yet", "Run the pipeline once");
        }
    }

    @Tag("slow")
    @Test
    void validating_and_showing_need_nothing_but_the_published_file() {
        assertThat(run().exitCode()).isEqualTo(ExitCode.DONE);
        settings.keySet().removeIf(name -> !name.equals("DBT_DUCKDB_PATH"));

        assertThat(run("validate").complaints()).isEmpty();
        assertThat(run("validate").exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(run("show", "--limit", "1").exitCode()).isEqualTo(ExitCode.DONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bogus", "show --limit many", "show --limit -1", "run --fast"})
    void an_invalid_command_line_is_a_configuration_failure(String arguments) {
        assertThat(run(arguments.split(" ")).exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(installation.hevy().log()).isEmpty();
    }

    private static void answerHeadAndHangUpOnGet(ServerSocket server, AtomicInteger lists) {
        while (!server.isClosed()) {
            try (Socket connection = server.accept()) {
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
                String request = in.readLine();
                for (String line = request; line != null && !line.isEmpty(); line = in.readLine()) {
                    // Headers do not matter.
                }
                if (request != null && request.startsWith("HEAD")) {
                    connection
                            .getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.ISO_8859_1));
                } else if (request != null) {
                    lists.incrementAndGet();
                }
            } catch (IOException expected) {
                // The test is over, or the client went away.
            }
        }
    }

    private Run run(String... arguments) {
        PrintStream terminal = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            ExitCode exitCode = Main.run(arguments, Settings.read(settings, Map.of(), folder));
            return new Run(
                    exitCode, written.toString(StandardCharsets.UTF_8).lines().toList());
        } finally {
            System.setErr(terminal);
        }
    }
}
