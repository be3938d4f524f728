package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.hevypipeline.cli.Show;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.faults.LocalPort;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import io.github.hevypipeline.settings.SettingsValidator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Health and metrics of a scheduled process follow its runs. */
@Timeout(600)
class WatchedProcessTest {
    /** As a pattern, before the number of them. */
    private static final String DONE = "hevy_pipeline_runs_total\\{outcome=\"done\"} ";

    @TempDir
    private Path folder;

    private Installation installation;
    private int port;
    private Signals signals = new Signals();
    private final HttpClient client = HttpClient.newHttpClient();
    private CompletableFuture<Outcome> running;

    @BeforeEach
    void install() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(3, 4, LocalDate.of(2026, 5, 12)));
        port = LocalPort.free();
        installation
                .with("PIPELINE_PERIOD", "1h")
                .with("PIPELINE_HTTP_PORT", "none")
                .with("PIPELINE_OBSERVE_PORT", Integer.toString(port));
    }

    @AfterEach
    void stop() throws Exception {
        stopRunning();
        installation.close();
    }

    private void stopRunning() throws Exception {
        signals.receive(ExitCode.TERMINATED);
        assertThat(running.get(Await.LIMIT.toSeconds(), TimeUnit.SECONDS).exitCode())
                .isEqualTo(ExitCode.TERMINATED);
    }

    private void begin() {
        signals = new Signals();
        Settings settings = Settings.read(installation.settings(), Map.of(), folder);
        SettingsValidator.check(settings, Command.RUN);
        running = CompletableFuture.supplyAsync(
                () -> new PipelineRunner(settings, Command.RUN, Map.of("shown", Show.firstRows(0)), signals).run());
    }

    private HttpResponse<String> get(String path) {
        AtomicReference<HttpResponse<String>> answer = new AtomicReference<>();
        Await.until("an answer from " + path, () -> {
            assertThat(running).as("the process").isNotDone();
            answer.set(asked(path));
            return answer.get() != null;
        });
        return answer.get();
    }

    /** Null while nothing listens yet. */
    private HttpResponse<String> asked(String path) throws InterruptedException {
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * The metrics, once one of their lines begins with a pattern. They are collected one after the other, so those that
     * changed before that line may lag behind in the first response that has it, but not in the next one.
     */
    private String metricsWith(String line) {
        Pattern wanted = Pattern.compile("(?m)^" + line);
        Await.until(
                "a metric " + line,
                () -> wanted.matcher(get("/observe/metrics").body()).find());
        return get("/observe/metrics").body();
    }

    private void awaitBuild() {
        Await.until("the DuckDB file is built", () -> Files.exists(installation.warehouse()));
    }

    private JsonNode runs(String path, int status) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        for (JsonNode check : new ObjectMapper().readTree(answer.body()).path("checks")) {
            if (check.path("name").asText().equals("runs")) {
                assertThat(check.path("message").asText())
                        .as("escaped once")
                        .isNotEmpty()
                        .doesNotContain("\\");
                return check;
            }
        }
        throw new AssertionError(answer.body());
    }

    @Test
    void a_good_run_is_healthy_and_counted() throws Exception {
        begin();

        String metrics = metricsWith(DONE + "1.0");

        assertThat(metrics)
                .contains(
                        "hevy_pipeline_rows{table=\"workouts\"} 4.0",
                        "hevy_pipeline_retries_total{target=\"hevy\"} 0.0",
                        "hevy_pipeline_requests_total{status=\"429\",target=\"hevy\"} 0.0",
                        "hevy_pipeline_runs_total{outcome=\"s3\"} 0.0",
                        "hevy_pipeline_limit_wait_seconds_total 0.0",
                        "hevy_pipeline_pace_requests_per_second +Inf",
                        "hevy_pipeline_failed_runs_in_a_row 0.0",
                        "hevy_pipeline_held_back_rows 0.0",
                        "hevy_pipeline_account_mismatch 0.0",
                        "hevy_pipeline_step_seconds_count{step=\"extract\"} 1")
                .containsPattern("hevy_pipeline_requests_total\\{status=\"200\",target=\"s3\"} [1-9]")
                .containsPattern("hevy_pipeline_bytes\\{table=\"workouts\"} [1-9]")
                .containsPattern("hevy_pipeline_lag_seconds \\d")
                .containsPattern("hevy_pipeline_last_success_timestamp_seconds 1\\.")
                .doesNotContain(installation.settings().get("HEVY_API_KEY"));
        assertThat(runs("/observe/health", 200).path("status").asText()).isEqualTo("UP");
        assertThat(runs("/observe/health/ready", 200).path("status").asText()).isEqualTo("UP");
        assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void a_run_in_which_nothing_changed_prints_one_line() {
        PrintStream terminal = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            installation.with("PIPELINE_PERIOD", "100ms");
            begin();
            Pattern twice = Pattern.compile("(?s)Unchanged:   load .*Unchanged:   load ");
            Await.until("two runs that changed nothing", () -> {
                assertThat(running).as("the process").isNotDone();
                return twice.matcher(out.toString(StandardCharsets.UTF_8)).find();
            });
        } finally {
            System.setOut(terminal);
        }

        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(printed).containsOnlyOnce("Pipeline Complete");
        assertThat(printed.substring(printed.indexOf("Unchanged:")).lines())
                .allMatch(line ->
                        line.matches("Unchanged:   load [\\d.]+, \\d+ requests to Hevy, \\d+ to S3, [\\d.]+ s"));
    }

    /** {@code .ci/observe} has a real Prometheus evaluate them; this sees a changed name in every build. */
    @Test
    void dashboard_and_rules_name_no_metric_and_no_label_that_is_not_there() throws Exception {
        begin();
        Map<String, Set<String>> told = new HashMap<>();
        metricsWith(DONE + "1.0").lines().forEach(line -> {
            Matcher sample =
                    Pattern.compile("(hevy_pipeline_\\w+)(\\{(.*)\\})? .*").matcher(line);
            if (sample.matches()) {
                told.computeIfAbsent(sample.group(1), name -> new HashSet<>())
                        .addAll(labels(sample.group(3) == null ? "" : sample.group(3)));
            }
        });
        List<String> queries = new ArrayList<>(new ObjectMapper()
                .readTree(Path.of("deploy/grafana/hevy-pipeline.json").toFile())
                .findValuesAsText("expr"));
        queries.addAll(new YAMLMapper()
                .readTree(Path.of("deploy/prometheus/rules.yml").toFile())
                .findValuesAsText("expr"));

        Set<String> asked = new HashSet<>();
        for (String query : queries) {
            Matcher selector =
                    Pattern.compile("(hevy_pipeline_\\w+)(?:\\{([^}]*)\\})?").matcher(query);
            while (selector.find()) {
                asked.add(selector.group(1));
                assertThat(told).as(query).containsKey(selector.group(1));
                Set<String> named = labels(selector.group(2) == null ? "" : selector.group(2));
                named.remove("instance");
                assertThat(told.get(selector.group(1))).as(query).containsAll(named);
            }
        }
        assertThat(asked).hasSizeGreaterThan(9);
    }

    private static Set<String> labels(String braces) {
        return Pattern.compile("(\\w+)(=|!=|=~|!~)\"")
                .matcher(braces)
                .results()
                .map(label -> label.group(1))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Tag("slow")
    @Test
    void a_failed_run_is_down_with_its_cause_until_the_next_one_succeeds() throws Exception {
        installation.with("PIPELINE_PERIOD", "2s");
        installation.hevy().meetWith((request, truth) -> SimulatedResponse.error(401, "no"));
        begin();

        metricsWith("hevy_pipeline_runs_total\\{outcome=\"configuration\"} [1-9]");

        assertThat(runs("/observe/health/ready", 503).toString())
                .contains("DOWN", "settings or credentials are refused");
        assertThat(get("/observe/health").statusCode()).isEqualTo(503);
        assertThat(get("/observe/health/live").statusCode()).as("alive").isEqualTo(200);

        installation.hevy().meetWith(Intruder.NONE);
        assertThat(metricsWith("hevy_pipeline_failed_runs_in_a_row 0.0"))
                .containsPattern("hevy_pipeline_requests_total\\{status=\"401\",target=\"hevy\"} [1-9]");
        assertThat(get("/observe/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    @Fault(58)
    void health_and_metrics_reveal_neither_data_nor_locations() throws Exception {
        String canary = "canary-7411";
        installation.with("S3_RAW_PREFIX", "raw-of-" + canary).with("HEVY_RETRIES", "0");
        installation.hevy().meetWith((request, truth) -> SimulatedResponse.error(418, "<b>" + canary + "</b>"));
        begin();

        String metrics = metricsWith("hevy_pipeline_runs_total\\{outcome=\"hevy_api\"} [1-9]");

        String health = get("/observe/health").body();
        assertThat(health).contains("DOWN", "Hevy does not respond as it should");
        assertThat(health + metrics + get("/observe/health/live").body())
                .doesNotContain(
                        canary,
                        folder.toString(),
                        installation.settings().get("S3_ENDPOINT_URL"),
                        installation.settings().get("HEVY_BASE_URL"),
                        installation.settings().get("HEVY_API_KEY"));
    }

    @Test
    @Fault(58)
    void a_foreign_host_name_that_resolves_here_reads_no_health_and_no_metrics() throws Exception {
        begin();
        metricsWith(DONE + "1.0");

        for (String path : List.of("/observe/health", "/observe/health/live", "/observe/metrics", "/", "/q/dev")) {
            assertThat(answer(path, "evil.example:" + port)).as(path).startsWith("HTTP/1.1 421");
            assertThat(answer(path, "127.0.0.1.evil.example")).as(path).startsWith("HTTP/1.1 421");
        }
        assertThat(answer("/observe/health", "localhost:" + port)).startsWith("HTTP/1.1 200");
        assertThat(answer("/observe/metrics", "LOCALHOST")).startsWith("HTTP/1.1 200");
    }

    /** The whole response, headers included. */
    private String answer(String path, String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Tag("slow")
    @Test
    @Fault(59)
    void hundreds_of_idle_connections_are_closed_and_health_is_served_meanwhile() throws Exception {
        installation.with("PIPELINE_HTTP_TIMEOUT", "1s");
        begin();
        metricsWith(DONE + "1.0");

        try (IdleConnections idle = IdleConnections.open(port, 300)) {
            assertThat(get("/observe/health").statusCode()).isEqualTo(200);

            idle.awaitClosed();
        }
    }

    @Test
    void a_new_export_in_the_folder_is_loaded_without_waiting_for_the_schedule() throws Exception {
        Path exports = Files.createDirectories(folder.resolve("exports"));
        Path source = Path.of("src/test/resources/csv-export");
        Files.copy(source.resolve("crlf.csv"), exports.resolve("workouts.csv"));
        installation.with("HEVY_API_KEY", "").with("HEVY_EXPORT", exports.toString());
        begin();
        assertThat(metricsWith(DONE + "1.0")).contains("hevy_pipeline_rows{table=\"workouts\"} 3.0");

        String newest =
                "\"Legs\",\"1 Jan 2030, 10:00\",\"1 Jan 2030, 11:00\",\"\",\"Squat (Barbell)\",,\"\",0,\"normal\","
                        + "100,5,,,\r\n";
        Path arriving = exports.resolve("workouts.part");
        Files.writeString(arriving, Files.readString(source.resolve("crlf.csv")).replaceFirst("(?<=\r\n)", newest));
        Files.setLastModifiedTime(arriving, FileTime.from(Instant.now().plusSeconds(60)));
        Files.move(arriving, exports.resolve("workouts (1).csv"));

        assertThat(metricsWith(DONE + "2.0")).contains("hevy_pipeline_rows{table=\"workouts\"} 4.0");
    }

    @Tag("slow")
    @Test
    void an_export_that_cannot_be_read_is_left_in_its_place_and_named_in_health_and_metrics() throws Exception {
        Path export = folder.resolve("workouts.csv");
        String good = Files.readString(Path.of("src/test/resources/csv-export/crlf.csv"));
        Files.writeString(export, good);
        installation.with("HEVY_API_KEY", "").with("HEVY_EXPORT", export.toString());
        begin();
        assertThat(metricsWith(DONE + "1.0")).contains("hevy_pipeline_export_unreadable 0.0");

        String cut = good.substring(0, good.length() - 20);
        Files.writeString(export, cut);

        assertThat(metricsWith("hevy_pipeline_runs_total\\{outcome=\"configuration\"} 1"))
                .contains("hevy_pipeline_export_unreadable 1.0");
        assertThat(runs("/observe/health/ready", 503).toString())
                .contains("DOWN", "the export cannot be read")
                .doesNotContain("workouts.csv");
        assertThat(export).hasContent(cut);

        Files.writeString(export, good);
        assertThat(metricsWith(DONE + "2.0")).contains("hevy_pipeline_export_unreadable 0.0");
    }

    @Test
    void a_deletion_that_is_held_back_is_counted_until_hevy_recovers() throws Exception {
        installation.with("PIPELINE_RETRY_DELAY", "100ms");
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);
        int routines = installation.account().count(Listing.ROUTINES);
        installation
                .hevy()
                .meetWith((request, truth) -> request.path().equals("/v1/routines")
                        ? SimulatedResponse.json(200, "{\"page\":1,\"page_count\":0,\"routines\":[]}")
                        : truth.get());
        begin();

        assertThat(metricsWith("hevy_pipeline_held_back_rows " + routines + "\\.0"))
                .contains("hevy_pipeline_account_mismatch 0.0");
        installation.hevy().meetWith(Intruder.NONE);
        assertThat(metricsWith(DONE + "1.0")).contains("hevy_pipeline_held_back_rows 0.0");
    }

    @Test
    void the_key_of_another_account_is_a_metric() throws Exception {
        installation.with("HEVY_RESOURCES", "workouts");
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);
        installation
                .hevy()
                .meetWith((request, truth) -> request.path().equals("/v1/user/info")
                        ? SimulatedResponse.json(200, "{\"data\":{\"id\":\"another\",\"name\":\"alex\"}}")
                        : truth.get());
        installation.with(
                "HEVY_BASE_URL", installation.hevy().baseUri().toString().replace("127.0.0.1", "localhost"));
        begin();

        assertThat(metricsWith("hevy_pipeline_runs_total\\{outcome=\"configuration\"} 1.0"))
                .contains("hevy_pipeline_account_mismatch 1.0");
    }

    @Tag("slow")
    @Test
    void a_failed_run_is_retried_before_the_next_scheduled_time() throws Exception {
        installation.with("PIPELINE_RETRY_DELAY", "100ms").with("HEVY_RETRIES", "0");
        installation.hevy().meetWith((request, truth) -> SimulatedResponse.error(503, "down"));
        begin();
        metricsWith("hevy_pipeline_runs_total\\{outcome=\"hevy_api\"} ([3-9]|\\d\\d)");

        installation.hevy().meetWith(Intruder.NONE);

        assertThat(metricsWith(DONE + "1.0")).contains("hevy_pipeline_failed_runs_in_a_row 0.0");
    }

    @Tag("slow")
    @Test
    void retries_are_counted() throws Exception {
        AtomicInteger busy = new AtomicInteger(2);
        installation.with("HEVY_RETRY_DELAY", "1ms");
        installation
                .hevy()
                .meetWith((request, truth) ->
                        busy.getAndDecrement() > 0 ? SimulatedResponse.error(503, "busy") : truth.get());
        begin();

        assertThat(metricsWith(DONE + "1.0"))
                .contains(
                        "hevy_pipeline_retries_total{target=\"hevy\"} 2.0",
                        "hevy_pipeline_requests_total{status=\"503\",target=\"hevy\"} 2.0");
    }

    @Test
    void data_that_is_too_old_is_down() throws Exception {
        installation.with("PIPELINE_PERIOD", "0 0 1 1 *").with("PIPELINE_STALE_AFTER", "1s");
        begin();

        Await.until("stale", () -> get("/observe/health/ready").body().contains("stale"));

        assertThat(runs("/observe/health/ready", 503).toString()).contains("stale", "No run has ended well yet.");
        assertThat(get("/observe/metrics").body()).contains("hevy_pipeline_lag_seconds NaN");
    }

    @Test
    @Tag("slow")
    void jmx_shows_the_routes_only_if_it_is_enabled() throws Exception {
        ObjectName ofCamel = new ObjectName("org.apache.camel:*");
        begin();
        metricsWith(DONE + "1.0");
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(ofCamel, null))
                .isEmpty();
        stopRunning();

        System.setProperty("camel.main.jmxEnabled", "true");
        try {
            begin();
            metricsWith(DONE + "1.0");
            assertThat(ManagementFactory.getPlatformMBeanServer()
                            .queryNames(new ObjectName("org.apache.camel:type=routes,name=\"get-hevy\",*"), null))
                    .hasSize(1);
        } finally {
            System.clearProperty("camel.main.jmxEnabled");
        }
    }

    @Test
    @Tag("slow")
    void in_the_dev_profile_a_console_shows_the_routes_and_a_single_run_does_not_end_the_process() throws Exception {
        installation.with("PIPELINE_PERIOD", " ");
        System.setProperty("camel.main.profile", "dev");
        try {
            begin();
            awaitBuild();

            assertThat(get("/q/dev/route-structure").body())
                    .contains("from[timer://pipeline", "from[direct://get-hevy]");
            assertThat(running).isNotDone();
        } finally {
            System.clearProperty("camel.main.profile");
        }
    }

    @Test
    @Tag("slow")
    void a_port_in_use_does_not_fail_a_run() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            begin();
            awaitBuild();

            assertThat(taken.isBound()).isTrue();
        }
    }
}
