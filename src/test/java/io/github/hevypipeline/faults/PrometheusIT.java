package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.faults.JarProcess.Running;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard's queries and the alert rules, evaluated by a real Prometheus that scrapes a real process. */
@Tag("prometheus")
@Timeout(600)
class PrometheusIT {
    /** Where {@code .ci/observe} builds it. */
    private static final Path PROGRAM = Path.of(System.getProperty("prometheus", "target/prometheus/prometheus"));

    private static final Path RULES = Path.of("deploy/prometheus/rules.yml");
    private static final Path DASHBOARD = Path.of("deploy/grafana/hevy-pipeline.json");

    @TempDir
    private Path root;

    private final HttpClient client = HttpClient.newHttpClient();
    private JarInstallation installation;
    private Process prometheus;
    private int port;

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(5));
        int observed = LocalPort.free();
        installation
                .jar()
                .with("PIPELINE_PERIOD", "2s")
                // Of two periods, a run on a busy machine may take longer.
                .with("PIPELINE_STALE_AFTER", "1h")
                .with("PIPELINE_HTTP_PORT", "none")
                .with("PIPELINE_OBSERVE_PORT", Integer.toString(observed));
        port = LocalPort.free();
        Path configuration =
                Files.writeString(root.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ['%s']
                scrape_configs:
                  - job_name: hevy-pipeline
                    metrics_path: /observe/metrics
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """.formatted(RULES.toAbsolutePath(), observed));
        prometheus = new ProcessBuilder(
                        PROGRAM.toAbsolutePath().toString(),
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + root.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("prometheus.log").toFile())
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        prometheus.destroy();
        prometheus.waitFor(20, TimeUnit.SECONDS);
        installation.close();
    }

    private JsonNode query(String expression) throws Exception {
        String url = "http://127.0.0.1:" + port + "/api/v1/query?query="
                + URLEncoder.encode(expression, StandardCharsets.UTF_8);
        AtomicReference<HttpResponse<String>> response = new AtomicReference<>();
        Await.until("a response of Prometheus", () -> {
            response.set(asked(url));
            return response.get() != null && response.get().statusCode() != 503;
        });
        JsonNode result = new ObjectMapper().readTree(response.get().body());
        assertThat(result.path("status").asText())
                .as(expression + " " + response.get().body())
                .isEqualTo("success");
        return result.path("data").path("result");
    }

    /** Null while nothing listens yet. */
    private HttpResponse<String> asked(String url) throws Exception {
        try {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            assertThat(prometheus.isAlive())
                    .as(Files.readString(root.resolve("prometheus.log")))
                    .isTrue();
            return null;
        }
    }

    /** A counter that comes into being with a value has an increase only after the run that follows. */
    private void awaitValues(String expression) {
        Await.until("a value of " + expression, () -> !query(expression).isEmpty());
    }

    private static List<String> dashboardQueries() throws IOException {
        List<String> queries = new ArrayList<>();
        new ObjectMapper()
                .readTree(DASHBOARD.toFile())
                .findValuesAsText("expr")
                .forEach(query ->
                        queries.add(query.replace("$__rate_interval", "5m").replace("$instance", ".+")));
        return queries;
    }

    @Test
    void every_query_of_the_dashboard_finds_what_the_process_tells() throws Exception {
        try (Running running = installation.jar().begin()) {
            awaitValues("increase(hevy_pipeline_runs_total{outcome=\"done\"}[5m]) > 0");

            assertThat(dashboardQueries()).hasSizeGreaterThan(8);
            for (String query : dashboardQueries()) {
                awaitValues(query);
            }
            assertThat(query("ALERTS{alertname=~\"Hevy.*\", alertstate=\"firing\"}"))
                    .isEmpty();
            assertThat(running.isAlive()).isTrue();
        }
    }

    @Test
    void every_rule_has_both_sides_of_its_comparison_and_a_failed_run_fires() throws Exception {
        installation.hevy().meetWith((request, truth) -> SimulatedResponse.error(401, "no"));
        try (Running running = installation.jar().begin()) {
            awaitValues("ALERTS{alertname=\"HevyPipelineRunFailed\", alertstate=\"firing\"}");
            awaitValues("ALERTS{alertname=\"HevyPipelineKeepsFailing\", alertstate=\"firing\"}");

            List<String> expressions = new YAMLMapper().readTree(RULES.toFile()).findValuesAsText("expr");
            assertThat(expressions).hasSize(10);
            for (String expression : expressions) {
                String measured =
                        expression.replaceAll(" (>|>=|==) [\\d.]+\\s*$", "").replace("time() > ", "time() - ");
                awaitValues(measured);
            }
            assertThat(running.isAlive()).isTrue();
        }
    }
}
