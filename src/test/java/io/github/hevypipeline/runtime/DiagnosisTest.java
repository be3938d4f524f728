package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.LocalPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From an exception to the message that the user reads. */
class DiagnosisTest {
    private static final String HEVY = "https://api.hevyapp.com";

    @TempDir
    private Path folder;

    private final Diagnosis diagnosis = new Diagnosis(HEVY, ".");

    @Test
    void a_named_failure_is_found_however_deep_camel_has_wrapped_it() {
        ConfigError named = new ConfigError(ExitCode.CONFIGURATION, "The cause.", "The next step.");

        Outcome outcome = diagnosis.ofRun(wrapped(new UncheckedIOException(new IOException(named))));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(outcome.describe()).isEqualTo("The cause. Next: The next step.");
    }

    @Test
    void an_exception_that_is_its_own_cause_does_not_end_in_a_loop() {
        Exception first = new IllegalStateException("first");
        Exception second = new IllegalStateException("second", first);
        first.initCause(second);

        assertThat(diagnosis.ofRun(first).exitCode()).isEqualTo(ExitCode.BUG);
    }

    @ParameterizedTest
    @CsvSource({
        "401, CONFIGURATION, HEVY_API_KEY",
        "403, CONFIGURATION, HEVY_API_KEY",
        "302, HEVY_API, HEVY_BASE_URL",
        "404, HEVY_API, HEVY_BASE_URL",
        "500, HEVY_API, later",
        "503, HEVY_API, later"
    })
    void a_response_of_hevy_is_explained_by_its_status(int status, ExitCode exitCode, String nextStep) {
        Outcome outcome = diagnosis.ofRun(
                wrapped(new HttpOperationFailedException(HEVY + "/v1/workouts", status, "", "", Map.of(), "")));

        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.cause()).contains(String.valueOf(status));
        assertThat(outcome.nextStep()).contains(nextStep);
    }

    @Test
    void a_refused_key_is_a_configuration_failure_even_with_a_retry_after_header() {
        Outcome outcome = diagnosis.ofRun(wrapped(new HttpOperationFailedException(
                HEVY + "/v1/workouts", 403, "", "", Map.of("Retry-After", "3600"), "")));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    }

    @Test
    void control_characters_in_a_broken_response_are_escaped() {
        Outcome outcome = diagnosis.ofRun(wrapped(new IOException("Bad chunk header: \u001b[2J\r\nx")));

        assertThat(outcome.cause()).contains("\\u001b[2J\\u000d\\u000ax").matches("[ -~]*");
    }

    @Test
    void a_refused_connection_is_named_with_the_host() throws IOException {
        try (LocalPort closed = LocalPort.closed();
                CloseableHttpClient client = HttpClients.createMinimal()) {
            Throwable refused = catchThrowable(() -> client.execute(new HttpGet(closed.url()), answer -> null));

            assertHevyFailure(
                    refused, "cannot be reached", URI.create(closed.url()).getAuthority(), "refused");
        }
    }

    @Test
    void an_unknown_host_is_named() {
        Throwable unknown = catchThrowable(() -> InetAddress.getAllByName("no-such-host.invalid"));

        assertHevyFailure(unknown, HEVY + " cannot be reached: unknown host.");
    }

    @Test
    void a_server_that_never_responds_is_named() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
            client.setSoTimeout(20);
            Throwable late = catchThrowable(() -> client.getInputStream().read());

            assertHevyFailure(late, HEVY + " did not respond in time");
        }
    }

    @Test
    void a_connection_that_breaks_is_named() {
        assertHevyFailure(new SocketException("Connection reset"), HEVY + " broke the connection: Connection reset");
    }

    @Test
    void a_file_that_cannot_be_written_is_named() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Throwable refused = catchThrowable(() -> Files.createDirectories(file.resolve("child")));

        Outcome outcome = diagnosis.ofRun(wrapped(refused));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(outcome.cause()).contains(file.toString());
    }

    static boolean hasFullDevice() {
        return Files.isWritable(Path.of("/dev/full"));
    }

    @Test
    @EnabledIf("hasFullDevice")
    void a_full_disk_is_not_taken_for_a_failure_of_hevy() {
        Throwable full = catchThrowable(() -> Files.write(Path.of("/dev/full"), new byte[1]));

        Outcome outcome = diagnosis.ofRun(wrapped(full));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(outcome.cause()).contains("No space left");
        assertThat(outcome.nextStep()).contains("Make room");
    }

    @Test
    void any_other_exception_is_a_bug() {
        Outcome outcome = diagnosis.ofRun(wrapped(new IllegalStateException("surprise")));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.BUG);
        assertThat(outcome.describe()).contains("IllegalStateException: surprise", "report");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "steps:|steps: [ }|routes/x.camel.yaml, line",
                "setBody|setBoddy|routes/x.camel.yaml, line 9, is invalid: Unknown node id: setBoddy.",
                "uri: log|uri: lock|routes/x.camel.yaml is invalid: No endpoint could be found for: lock",
                "java.lang.Object|java.lang.Objekt|routes/x.camel.yaml is invalid: ClassNotFoundException"
                        + " java.lang.Objekt.",
                "{{there}}|{{not-there}}|routes/x.camel.yaml",
            })
    void a_route_file_that_was_broken_by_hand_is_named(String right, String wrong, String message) throws Exception {
        String routes = """
                - beans:
                    - name: thing
                      type: java.lang.Object
                - route:
                    id: x
                    from:
                      uri: direct:{{there}}
                      steps:
                        - setBody: {constant: {expression: x}}
                        - to: {uri: log, parameters: {loggerName: x}}
                """;
        Path file = folder.resolve("x.camel.yaml");
        assertThat(routes).contains(right);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addInitialProperty("there", "here");
            Files.writeString(file, routes.replace(right, wrong));
            Throwable thrown = catchThrowable(() -> {
                PluginHelper.getRoutesLoader(camel)
                        .loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
                camel.start();
            });

            Outcome outcome = diagnosis.ofEditedRoutes(thrown, folder);

            assertThat(outcome.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(outcome.cause()).contains(message).doesNotContain("\n");
            assertThat(outcome.nextStep()).contains("that file");
        }
    }

    private void assertHevyFailure(Throwable thrown, String... words) {
        Outcome outcome = diagnosis.ofRun(wrapped(thrown));

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(outcome.cause()).contains(HEVY).contains(words);
        assertThat(outcome.nextStep()).contains("HEVY_BASE_URL");
    }

    /** Wrapped as by Camel after two splits. */
    private static Exception wrapped(Throwable thrown) {
        DefaultExchange exchange = new DefaultExchange(new DefaultCamelContext());
        return new RuntimeCamelException(new CamelExchangeException(
                "Multicast processing failed", exchange, new CamelExchangeException("again", exchange, thrown)));
    }
}
