package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that repeats the key does not get it into a message or a log line. */
class EchoedKeyTest {
    @TempDir
    private Path folder;

    private Installation installation;
    private String key;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(4, 12, LocalDate.of(2026, 5, 1)))
                .with("HEVY_RESOURCES", "workouts")
                .with("HEVY_RETRIES", "1")
                .with("HEVY_RETRY_DELAY", "1ms");
        key = installation.hevy().apiKey();
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private String written(String form) {
        return switch (form) {
            case "as it is" -> key;
            case "in capitals" -> key.toUpperCase(Locale.ROOT);
            case "escaped as JSON" -> key.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
            case "escaped as a URL" -> key.chars().mapToObj("%%%02X"::formatted).collect(Collectors.joining());
            case "escaped as HTML" -> key.replace("-", "&#45;");
            case "in Base64" -> Base64.getEncoder().encodeToString(("user:" + key).getBytes(StandardCharsets.UTF_8));
            case "in hexadecimal" -> HexFormat.of().formatHex(key.getBytes(StandardCharsets.UTF_8));
            default -> throw new IllegalArgumentException(form);
        };
    }

    /** Twelve characters of a key are too many. */
    private static String piece(String written) {
        return written.substring(written.length() / 2 - 6, written.length() / 2 + 6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "as it is",
                "in capitals",
                "escaped as JSON",
                "escaped as a URL",
                "escaped as HTML",
                "in Base64",
                "in hexadecimal"
            })
    @Fault(57)
    void a_response_that_repeats_the_key_in_some_form_is_shown_without_it(String form) {
        String echo = written(form);
        installation.hevy().meetWith((request, truth) -> SimulatedResponse.of(200)
                .withBody(("no page: bad api-key " + echo + " was sent by you").getBytes(StandardCharsets.UTF_8))
                .withHeader("X-RateLimit-Key", echo));

        CapturedRun run = CapturedRun.of(() -> installation.run("extract"));

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.text()).contains("bad api-key", "***").doesNotContain(piece(echo));
    }

    @Test
    @Fault(57)
    void a_key_in_a_log_line_is_struck_out_of_the_message_and_the_stack_trace() {
        CapturedRun run = CapturedRun.of(() -> {
            ExitCode done = installation.run("extract");
            org.slf4j.LoggerFactory.getLogger("io.github.hevypipeline.progress")
                    .error("the response was {}", key, new IllegalStateException("with " + key));
            return done;
        });

        assertThat(run.text()).contains("the response was ***", "with ***").doesNotContain(key);
    }
}
