package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.github.hevypipeline.faults.JarProcess.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Route files that a user adds, run by the jar in a folder that has no other. */
@Timeout(120)
class OwnRouteIT {
    private static final Pattern BLOCK = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

    @TempDir
    private Path root;

    private JarInstallation installation;
    private HttpServer receiver;
    private final List<JsonNode> received = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(3));
        Files.createDirectories(routes());
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hevy", request -> {
            received.add(new ObjectMapper().readTree(request.getRequestBody()));
            request.sendResponseHeaders(204, -1);
            request.close();
        });
        receiver.start();
        installation
                .jar()
                .with("NOTIFY_URL", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hevy");
    }

    @AfterEach
    void stop() throws IOException {
        receiver.stop(0);
        installation.close();
    }

    @Test
    void the_page_on_a_route_of_your_own_posts_how_each_run_ended() throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/howto/route.md")));
        assertThat(block.find()).isTrue();
        Files.writeString(routes().resolve("after.camel.yaml"), block.group(1));

        Ended done = installation.jar().run();
        Ended failed = installation.jar().with("HEVY_API_KEY", "another").run("extract");

        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.err()).containsPattern("INFO +after +run ended with exit code 0");
        assertThat(failed.exitCode()).as(failed.err()).isEqualTo(2);
        assertThat(received).hasSize(2);
        assertThat(received.get(0).path("command").asText()).isEqualTo("run");
        assertThat(received.get(0).path("outcome").asText()).isEqualTo("done");
        assertThat(received.get(0).path("exitCode").asInt(-1)).isZero();
        assertThat(received.get(0).path("cause").isNull()).isTrue();
        assertThat(done.out()).contains(received.get(0).path("loadId").asText());
        assertThat(received.get(1).path("outcome").asText()).isEqualTo("failed");
        assertThat(received.get(1).path("exitCode").asInt()).isEqualTo(2);
        assertThat(received.get(1).path("cause").asText()).contains("Hevy refuses the API key");
        assertThat(received.get(1).path("nextStep").asText()).isNotEmpty();
    }

    @Tag("slow")
    @Test
    void what_fails_after_a_run_is_a_warning_and_the_run_is_done() throws Exception {
        receiver.stop(0);
        Files.writeString(routes().resolve("after.camel.yaml"), """
                - route:
                    from:
                      uri: direct:after
                      steps:
                        - to: "{{env:NOTIFY_URL}}"
                """);

        Ended ended = installation.jar().run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).containsPattern("WARN +after +failed: ");
    }

    @Test
    void a_new_file_in_routes_was_ignored_in_silence_and_its_log_step_printed_nothing() throws Exception {
        Files.writeString(routes().resolve("hello.camel.yaml"), """
                - route:
                    from:
                      uri: timer:hello
                      parameters: {delay: 0, repeatCount: 1}
                      steps:
                        - log: hello from a route of my own
                """);

        Ended ended = installation.jar().run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).containsPattern("INFO +hello from a route of my own");
    }

    @Test
    void a_call_that_no_route_takes_was_told_after_half_a_minute_as_a_bug() throws Exception {
        Files.writeString(routes().resolve("mine.camel.yaml"), """
                - route:
                    id: mine
                    from:
                      uri: timer:mine
                      steps:
                        - to: direct:nobody
                """);

        Ended ended = installation.jar().run();

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.lastLine())
                .isEqualTo("The route mine in routes/mine.camel.yaml calls direct:nobody, and no route begins with it."
                        + " Next: Correct the name, or add a route that begins with it.");
        assertThat(installation.hevy().log()).isEmpty();
    }

    private Path routes() {
        return installation.folder().resolve("routes");
    }
}
