package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Request;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever Hevy sends, a run commits the right rows, or nothing and a line with the cause. */
@Timeout(600)
class HevyResponsesTest {
    private static final String PATH = "/v1/workouts";
    private static final int WORKOUTS = 45;
    private static final int RETRIES = 2;

    @TempDir
    Path folder;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(4, WORKOUTS, LocalDate.of(2026, 5, 1)))
                .with("HEVY_RESOURCES", "workouts")
                .with("HEVY_RETRIES", Integer.toString(RETRIES))
                .with("HEVY_RETRY_DELAY", "1ms");
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private CapturedRun extract() {
        return CapturedRun.of(() -> installation.run("extract"));
    }

    private void assertEveryWorkoutIsThereOnce() {
        assertThat(installation.lake().query("select count(*), count(distinct id) from {workouts}"))
                .containsExactly(List.of("" + WORKOUTS, "" + WORKOUTS));
        assertThat(installation.lake().faults()).isEmpty();
    }

    private void assertNothingWasWrittenAndRunningAgainSucceeds() {
        assertThat(installation.bucket()).isEmptyDirectory();
        assertThat(filesOf("work")).noneMatch(file -> file.endsWith(".part"));

        installation.hevy().meetWith(Intruder.NONE);

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);
        assertEveryWorkoutIsThereOnce();
    }

    private List<String> filesOf(String name) {
        try (Stream<Path> files = Files.walk(folder.resolve(name))) {
            return files.filter(Files::isRegularFile).map(Path::toString).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The requested page of the list; 0 for another request. */
    private static int page(Request request) {
        boolean isList = request.path().equals("/v1/workouts");
        return isList ? Integer.parseInt(request.parameter("page").orElseThrow()) : 0;
    }

    /** Applies these faults to the first requests for each page, and none to the later ones. */
    private static Intruder first(Map<Integer, List<UnaryOperator<SimulatedResponse>>> responses) {
        Map<Integer, Integer> asked = new ConcurrentHashMap<>();
        return (request, truth) -> {
            List<UnaryOperator<SimulatedResponse>> faults = responses.getOrDefault(page(request), List.of());
            int time = asked.merge(page(request), 1, Integer::sum);
            return time > faults.size() ? truth.get() : faults.get(time - 1).apply(truth.get());
        };
    }

    private static UnaryOperator<SimulatedResponse> busy(int status) {
        return truth -> SimulatedResponse.error(status, "busy");
    }

    private static UnaryOperator<SimulatedResponse> later(String header, Supplier<String> value) {
        return truth -> SimulatedResponse.error(429, "slow down").withHeader(header, value.get());
    }

    @Test
    @Tag("slow")
    @Fault(1)
    void it_waits_as_long_as_a_response_asks_in_any_form_and_says_so() {
        Map<Integer, List<Long>> times = new ConcurrentHashMap<>();
        Map<Integer, Instant> lastAsked = new ConcurrentHashMap<>();
        Instant date = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        Intruder responses = first(Map.of(
                1, List.of(later("Retry-After", () -> "1")),
                2,
                        List.of(later(
                                "retry-after",
                                () -> DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atZone(ZoneOffset.UTC)))),
                3, List.of(later("RETRY-AFTER", () -> "-1")),
                4, List.of(later("Retry-After", () -> "when it suits you"), later("Retry-After", () -> ""))));
        installation.hevy().meetWith((request, truth) -> {
            times.merge(page(request), List.of(System.nanoTime()), HevyResponsesTest::joined);
            lastAsked.put(page(request), Instant.now());
            return responses.meet(request, truth);
        });

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(waited(times.get(1))).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(lastAsked.get(2)).as("not before the date in the response").isAfterOrEqualTo(date);
        assertThat(run.lines())
                .anyMatch(line -> line.matches(
                        ".*extract {3}Hevy's rate limit \\(429, as Retry-After asks\\); waiting 1 s, until .* UTC"));
        assertEveryWorkoutIsThereOnce();
    }

    private static List<Long> joined(List<Long> some, List<Long> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private static Duration waited(List<Long> times) {
        return Duration.ofNanos(times.get(times.size() - 1) - times.get(0));
    }

    @Test
    @Fault(1)
    void a_wait_of_an_hour_ends_the_run_at_once_with_the_time_to_run_again() {
        installation
                .hevy()
                .meetWith((request, truth) -> page(request) == 3
                        ? SimulatedResponse.error(429, "slow down").withHeader("Retry-After", "3600")
                        : truth.get());

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .matches("Hevy asks to wait 1 h; nothing was committed, what was fetched is kept\\. Next: Run again"
                        + " after (\\d{4}-\\d\\d-\\d\\d )?\\d\\d:\\d\\d UTC\\.");
        assertThat(run.text()).doesNotContain("waiting");
        assertThat(installation.hevy().requestsTo(PATH, 429)).isEqualTo(1);
        assertNothingWasWrittenAndRunningAgainSucceeds();
    }

    @Test
    @Fault(2)
    void faults_that_pass_are_overcome_without_a_row_twice() {
        installation
                .hevy()
                .meetWith(first(Map.of(
                        1, List.of(busy(500)),
                        2, List.of(busy(502), busy(408)),
                        3, List.of(busy(503), busy(503)),
                        4, List.of(busy(504), busy(429)),
                        5, List.of(busy(500), busy(504)))));

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(installation.hevy().log()).hasSize(5 + 9 + 2 + 1);
        assertEveryWorkoutIsThereOnce();
    }

    @Tag("slow")
    @Test
    @Fault(2)
    void a_fault_once_too_often_ends_the_run_and_leaves_lake_and_mart_as_they_were() throws IOException {
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        Map<String, String> objects = installation.lake().objects();
        byte[] mart = Files.readAllBytes(installation.warehouse());
        installation.account().delete(firstWorkout());
        installation.with("PIPELINE_FULL_REFRESH", "true");
        installation.hevy().forgetLog();
        installation.hevy().meetWith(first(Map.of(1, List.of(busy(503), busy(500), busy(502)))));

        CapturedRun run = CapturedRun.of(() -> installation.run());

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .isEqualTo(installation.hevy().baseUri()
                        + " responded with status 502; nothing was committed. Next: Run again later.");
        assertThat(run.text()).doesNotContain("Message History", "\tat ");
        assertThat(installation.hevy().log()).hasSize(RETRIES + 1);
        assertThat(installation.lake().objects()).isEqualTo(objects);
        assertThat(installation.warehouse()).hasBinaryContent(mart);

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(installation.lake().query("select count(*) from {workouts}"))
                .containsExactly(List.of("" + (WORKOUTS - 1)));
    }

    private String firstWorkout() {
        return installation
                .lake()
                .query("select id from {workouts} order by id limit 1")
                .get(0)
                .get(0);
    }

    private static final String MALFORMED_CHUNK =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1d\r\n{\"page_count\":1,\"workouts\":[]\r\n\u001b[2J\r\n}";

    @Test
    @Fault(3)
    void a_body_that_breaks_is_asked_for_again_and_never_read_as_a_short_page() {
        installation
                .hevy()
                .meetWith(first(Map.of(
                        1, List.of(truth -> truth.thatBreaksAfter(500), truth -> SimulatedResponse.reset()),
                        2, List.of(truth -> SimulatedResponse.raw(MALFORMED_CHUNK)),
                        3,
                                List.of(
                                        truth -> SimulatedResponse.hangUp(),
                                        truth -> SimulatedResponse.raw("nonsense\r\n\r\n")),
                        4, List.of(truth -> gzipped(truth.bodyText()).thatBreaksAfter(3000)))));

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertEveryWorkoutIsThereOnce();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "malformed"})
    @Fault(3)
    void a_body_that_always_breaks_ends_the_run_with_the_host_named(String fault) {
        installation
                .hevy()
                .meetWith((request, truth) -> fault.equals("cut")
                        ? truth.get().thatBreaksAfter(500)
                        : SimulatedResponse.raw(MALFORMED_CHUNK));

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .startsWith(installation.hevy().baseUri() + " cannot be read: ")
                .contains("Next: ");
        assertThat(run.text()).doesNotContain("\u001b");
        assertThat(installation.hevy().log()).hasSize(RETRIES + 1);
        assertNothingWasWrittenAndRunningAgainSucceeds();
    }

    @Test
    @Fault(3)
    void a_host_that_refuses_connections_or_has_no_address_is_named() throws IOException {
        try (LocalPort closed = LocalPort.closed()) {
            for (String address : List.of(closed.url(), "https://no-such-host.invalid")) {
                installation.with("HEVY_BASE_URL", address);

                CapturedRun run = extract();

                assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
                assertThat(run.lastLine())
                        .startsWith(address + " cannot be reached: ")
                        .contains("Next: Check the network");
                assertThat(run.text()).contains("(attempt 3 of 3)");
            }
        }
        installation.with("HEVY_BASE_URL", installation.hevy().baseUri().toString());
        assertNothingWasWrittenAndRunningAgainSucceeds();
    }

    static List<Arguments> noPages() {
        return List.of(
                Arguments.of(
                        "HTML",
                        SimulatedResponse.json(200, "<html>\u001b[2J</html>"),
                        "begins: \"<html>\\u001b[2J</html>\""),
                Arguments.of("nothing", SimulatedResponse.json(200, ""), "begins: \"\""),
                Arguments.of("no content", SimulatedResponse.of(204), "begins: \"\""),
                Arguments.of("invalid JSON", SimulatedResponse.json(200, "{\"page_count\":1,"), "is not JSON"),
                Arguments.of("an empty object", SimulatedResponse.json(200, "{}"), "has no list workouts"),
                Arguments.of(
                        "no list",
                        SimulatedResponse.json(200, "{\"page_count\":1,\"workouts\":null}"),
                        "has no list workouts"),
                Arguments.of("an array", SimulatedResponse.json(200, "[]"), "is not a JSON object"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noPages")
    @Fault(4)
    void a_response_that_is_no_page_is_shown_not_retried_and_not_taken_for_no_workouts(
            String name, SimulatedResponse response, String shown) {
        installation.hevy().meetWith((request, truth) -> response);

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .startsWith("The response of /v1/workouts is not a page: ")
                .contains(shown, "Next: ");
        assertThat(installation.hevy().log()).hasSize(1);
        assertThat(installation.bucket()).isEmptyDirectory();
        assertThat(filesOf("work")).noneMatch(file -> file.endsWith(".part"));
    }

    private static SimulatedResponse gzipped(String body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return SimulatedResponse.of(200).withHeader("Content-Encoding", "gzip").withBody(bytes.toByteArray());
    }

    static List<Arguments> floods() {
        SimulatedResponse blanks =
                SimulatedResponse.of(200).withBody(" ".repeat(1 << 16).getBytes(StandardCharsets.UTF_8));
        return List.of(
                Arguments.of("a response without end", blanks.withoutEnd()),
                Arguments.of("200 MB", SimulatedResponse.of(200).withBody(new byte[200 << 20])),
                Arguments.of("a gzip bomb", gzipped(" ".repeat(200 << 20))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    @Fault(4)
    void a_flood_is_cut_at_64_megabytes(String name, SimulatedResponse flood) {
        installation.hevy().meetWith((request, truth) -> flood);

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .startsWith("A response of /v1/workouts?page=1&pageSize=10 is larger than 64 MB")
                .contains("Next: ");
        assertThat(installation.hevy().log()).hasSize(1);
        assertNothingWasWrittenAndRunningAgainSucceeds();
    }

    @Test
    @Fault(4)
    void the_text_of_a_refusal_is_not_read_however_long_it_is() {
        SimulatedResponse endless = SimulatedResponse.error(503, "busy").withoutEnd();
        installation.hevy().meetWith(first(Map.of(2, List.of(truth -> endless))));

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertEveryWorkoutIsThereOnce();
    }

    static List<Arguments> slownesses() {
        Duration perByte = Duration.ofMillis(50);
        return List.of(
                Arguments.of("a body a byte at a time", (UnaryOperator<SimulatedResponse>)
                        truth -> truth.thatTrickles(perByte)),
                Arguments.of("headers a byte at a time", (UnaryOperator<SimulatedResponse>)
                        truth -> SimulatedResponse.raw("HTTP/1.1 200 OK\r\nX-Header: " + "x".repeat(1000))
                                .thatTrickles(perByte)),
                Arguments.of("half a body", (UnaryOperator<SimulatedResponse>) truth -> truth.thatStallsAfter(500)),
                Arguments.of("silence", (UnaryOperator<SimulatedResponse>) truth -> SimulatedResponse.silence()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slownesses")
    @Fault(5)
    @Tag("slow")
    void a_response_that_is_not_whole_in_time_is_cut_off_and_requested_again(
            String name, UnaryOperator<SimulatedResponse> slowness) {
        installation.with("HEVY_TIMEOUT", "400ms").hevy().meetWith((request, truth) -> slowness.apply(truth.get()));
        long start = System.nanoTime();

        CapturedRun run = extract();

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("not after the minute that is the default")
                .isLessThan(Duration.ofSeconds(60));
        assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(run.lastLine())
                .startsWith(installation.hevy().baseUri() + " did not respond in time: ")
                .contains("Next: ");
        assertThat(run.lines().stream().filter(line -> line.contains("; retrying in ")))
                .hasSize(RETRIES);

        installation.with("HEVY_TIMEOUT", "10s").hevy().meetWith(first(Map.of()));
        assertNothingWasWrittenAndRunningAgainSucceeds();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    @Fault(8)
    void a_key_that_hevy_refuses_is_not_tried_again(int status) {
        installation.hevy().meetWith((request, truth) -> SimulatedResponse.error(status, "no")
                .withHeader("Retry-After", "3600"));

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.lastLine())
                .isEqualTo("Hevy refuses the API key (status " + status + "). Next: Make a new key at"
                        + " https://hevy.com/settings?developer (needs Hevy Pro) and set HEVY_API_KEY.");
        assertThat(installation.hevy().log()).hasSize(1);
        assertNothingWasWrittenAndRunningAgainSucceeds();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s\r\nX-Evil: 1", "%s\nnext", "%s %s", "'%s", "%s\u00e9", "%s\u0000"})
    @Fault(8)
    void a_key_that_no_key_can_be_is_never_sent_and_not_shown(String key) {
        String secret = installation.hevy().apiKey();
        installation.with("HEVY_API_KEY", key.replace("%s", secret));

        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.text())
                .contains("HEVY_API_KEY", "https://hevy.com/settings?developer", "no request was sent")
                .doesNotContain(secret);
        assertThat(installation.hevy().log()).isEmpty();
    }

    @Test
    void requests_keep_the_gap_that_the_settings_ask_for_also_side_by_side() {
        List<Long> times = new CopyOnWriteArrayList<>();
        installation.with("HEVY_REQUEST_GAP", "200ms").hevy().meetWith((request, truth) -> {
            times.add(System.nanoTime());
            return truth.get();
        });

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(waited(times)).isGreaterThanOrEqualTo(Duration.ofMillis(4 * 200 - 100));
    }
}
