package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.cli.Show;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.faults.LocalPort;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scheduled process serves the report. */
@Timeout(600)
class ServedReportTest {
    @TempDir
    private Path folder;

    private Installation installation;
    private int port;
    private final Signals signals = new Signals();
    private CompletableFuture<Outcome> running;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(3, 4, LocalDate.of(2026, 5, 12)));
        port = LocalPort.free();
        installation.with("PIPELINE_PERIOD", "1h").with("PIPELINE_HTTP_PORT", Integer.toString(port));
    }

    @AfterEach
    void stop() throws Exception {
        signals.receive(ExitCode.TERMINATED);
        assertThat(running.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS).exitCode())
                .isEqualTo(ExitCode.TERMINATED);
        installation.close();
    }

    private void begin() {
        Settings settings = Settings.read(installation.settings(), Map.of(), folder);
        running = CompletableFuture.supplyAsync(
                () -> new PipelineRunner(settings, Command.RUN, Map.of("shown", Show.firstRows(0)), signals).run());
    }

    private void awaitReport() {
        Await.until("the report is there", () -> Files.exists(report()));
    }

    private Path report() {
        return folder.resolve("report.html");
    }

    /** The whole response, headers included. */
    private String answer(String method, String path, String host) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\nHost: " + host
                                    + "\r\nX-Mine: 1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void the_report_is_served_unchanged_and_nothing_else_is() throws Exception {
        begin();
        awaitReport();

        String page = answer("GET", "/", "127.0.0.1:" + port);
        assertThat(page)
                .startsWith("HTTP/1.1 200 OK")
                .containsIgnoringCase("content-type: text/html; charset=utf-8")
                .containsIgnoringCase("x-content-type-options: nosniff")
                .containsIgnoringCase("content-security-policy: frame-ancestors 'none'")
                .doesNotContainIgnoringCase("X-Mine")
                .endsWith("\r\n\r\n" + Files.readString(report()));
        assertThat(answer("GET", "/hevy.duckdb", "localhost")).startsWith("HTTP/1.1 404");
        assertThat(answer("GET", "/../hevy.duckdb", "localhost")).startsWith("HTTP/1.1 404");
        assertThat(answer("POST", "/", "localhost")).startsWith("HTTP/1.1 405");

        Files.writeString(report(), "another");
        assertThat(answer("GET", "/", "127.0.0.1:" + port)).endsWith("\r\n\r\nanother");
        Files.delete(report());
        assertThat(answer("GET", "/", "127.0.0.1:" + port))
                .startsWith("HTTP/1.1 404")
                .contains("There is no report");
    }

    @Tag("slow")
    @Test
    @Fault(59)
    void hundreds_of_idle_connections_are_closed_and_the_page_is_served_meanwhile() throws Exception {
        installation.with("PIPELINE_HTTP_TIMEOUT", "1s");
        begin();
        awaitReport();

        try (IdleConnections idle = IdleConnections.open(port, 300)) {
            assertThat(answer("GET", "/", "localhost")).startsWith("HTTP/1.1 200");

            idle.awaitClosed();
        }
        assertThat(answer("GET", "/", "localhost")).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "LOCALHOST:99, 200",
        "[::1]:8080, 200",
        "evil.example, 421",
        "127.0.0.1.evil.example, 421"
    })
    void a_foreign_host_name_that_resolves_here_reads_nothing(String host, String status) throws Exception {
        begin();
        awaitReport();

        assertThat(answer("GET", "/", host)).startsWith("HTTP/1.1 " + status);
    }

    @Test
    @Tag("slow")
    void a_port_in_use_does_not_fail_a_run() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            begin();
            awaitReport();

            assertThat(taken.isBound()).isTrue();
        }
    }

    @Test
    void with_port_none_nothing_is_served() throws Exception {
        installation.with("PIPELINE_HTTP_PORT", "none");
        begin();
        awaitReport();

        assertThat(answer("GET", "/", "localhost")).isEmpty();
    }
}
