package io.github.hevypipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.faults.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedHevyTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Account account =
            SimulatedAccount.withWorkouts(7, 23, LocalDate.of(2026, 5, 1), InstantSource.fixed(NOW));
    private SimulatedHevy hevy;

    @BeforeEach
    void serve() {
        hevy = SimulatedHevy.serve(account);
    }

    @AfterEach
    void close() {
        hevy.close();
    }

    @ParameterizedTest
    @CsvSource({
        "workouts, 5, 10",
        "workouts/events, 5, 10",
        "routines, 5, 10",
        "routine_folders, 3, 10",
        "body_measurements, 1, 10",
        "exercise_templates, 5, 100"
    })
    void a_page_has_its_usual_size_and_no_more_than_the_highest(String list, int usual, int highest) throws Exception {
        String key = list.substring(list.indexOf('/') + 1);

        JsonNode page = json(get("/v1/" + list));

        assertThat(page.get("page").intValue()).isEqualTo(1);
        assertThat(page.get(key)).hasSizeGreaterThanOrEqualTo(usual);
        assertThat(page.properties()).extracting(entry -> entry.getKey()).containsExactly("page", "page_count", key);
        assertThat(get("/v1/" + list + "?pageSize=" + highest).statusCode()).isEqualTo(200);
        assertError(get("/v1/" + list + "?pageSize=" + (highest + 1)), 400);
    }

    @Test
    void the_pages_hold_every_workout_once_newest_first() throws Exception {
        List<String> starts = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int page = 1; page <= 3; page++) {
            JsonNode body = json(get("/v1/workouts?pageSize=10&page=" + page));
            assertThat(body.get("page_count").intValue()).isEqualTo(3);
            body.get("workouts").forEach(workout -> {
                starts.add(workout.get("start_time").asText());
                ids.add(workout.get("id").asText());
            });
        }

        assertThat(ids).hasSize(23);
        assertThat(starts).isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(json(get("/v1/workouts/count")).get("workout_count").intValue())
                .isEqualTo(23);
        assertThat(json(get("/v1/exercise_templates?pageSize=100&page=5")).get("exercise_templates"))
                .hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=0", "page=-1", "page=x", "page=1.0", "page=", "pageSize=0", "pageSize=ten"})
    void a_page_that_is_no_whole_number_from_1_is_refused(String query) throws Exception {
        assertError(get("/v1/workouts?" + query), 400);
        assertError(get("/v1/body_measurements?" + query), 400);
    }

    @Test
    void a_page_past_the_end_is_not_found() throws Exception {
        assertError(get("/v1/workouts?pageSize=10&page=4"), 404);
        assertError(get("/v1/routine_folders?page=2"), 404);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void an_empty_account_has_an_empty_first_page(int pageCount) throws Exception {
        try (SimulatedHevy empty =
                SimulatedHevy.of(Account.empty()).pageCountWhenEmpty(pageCount).start()) {
            String body = send(empty, "/v1/workouts", empty.apiKey()).body();

            assertThat(body).isEqualTo("{\"page\":1,\"page_count\":" + pageCount + ",\"workouts\":[]}");
            assertThat(send(empty, "/v1/workouts?page=2", empty.apiKey()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void a_wrong_key_or_none_is_unauthorised_everywhere() throws Exception {
        assertError(send(hevy, "/v1/workouts", "wrong"), 401);
        HttpRequest keyless =
                HttpRequest.newBuilder(hevy.baseUri().resolve("/v1/user/info")).build();
        assertError(client.send(keyless, HttpResponse.BodyHandlers.ofString()), 401);
    }

    @Test
    void what_is_not_read_or_not_known_is_refused() throws Exception {
        HttpRequest post = HttpRequest.newBuilder(hevy.baseUri().resolve("/v1/workouts"))
                .header("api-key", hevy.apiKey())
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();

        assertError(client.send(post, HttpResponse.BodyHandlers.ofString()), 405);
        assertError(get("/v1/workout"), 404);
        assertError(get("/v1/workouts/no-such-id"), 404);
        assertError(get("/workouts"), 404);
        assertError(get("/v1/workouts/events?since=yesterday"), 400);
    }

    @Test
    void one_workout_is_bare_and_the_user_is_wrapped() throws Exception {
        JsonNode first = json(get("/v1/workouts")).get("workouts").get(0);

        assertThat(json(get("/v1/workouts/" + first.get("id").asText()))).isEqualTo(first);
        assertThat(json(get("/v1/user/info")).get("data").get("name").asText()).isEqualTo("sample");
    }

    @Test
    void events_give_each_change_since_an_instant_once_and_newest_first() throws Exception {
        List<String> ids =
                account.items(Listing.WORKOUTS).map(w -> w.get("id").asText()).toList();
        account.edit(ids.get(9), workout -> workout.put("title", "first"));
        account.delete(ids.get(3));
        account.delete(ids.get(4));
        account.edit(ids.get(9), workout -> workout.put("title", "second"));

        JsonNode events = json(get("/v1/workouts/events?pageSize=10&since=2026-06-01T12:00:00Z"))
                .get("events");

        assertThat(events).hasSize(3);
        assertThat(events.get(0).get("type").asText()).isEqualTo("updated");
        assertThat(events.get(0).get("workout").get("title").asText()).isEqualTo("second");
        assertThat(events.get(0).get("workout").get("updated_at").asText()).isEqualTo("2026-06-01T12:00:00.003Z");
        assertThat(events.get(1).toString()).isEqualTo("{\"type\":\"deleted\",\"id\":\"" + ids.get(4) + "\"}");
        assertThat(events.get(2).get("deleted_at").asText()).isEqualTo("2026-06-01T12:00:00.001Z");
        assertThat(json(get("/v1/workouts/events?pageSize=1")).get("page_count").intValue())
                .isEqualTo(23);
        assertThat(json(get("/v1/workouts/events?since=2026-06-01T12:00:00.003%2B00:00"))
                        .get("events"))
                .hasSize(1);
    }

    @Test
    void a_workout_added_while_paging_moves_the_later_pages() throws Exception {
        JsonNode before = json(get("/v1/workouts?page=1")).get("workouts");
        account.add(SimulatedAccount.workout(7, LocalDate.of(2026, 5, 2), 1));
        JsonNode after = json(get("/v1/workouts?page=2")).get("workouts");

        assertThat(after.get(0)).isEqualTo(before.get(4));
    }

    @Test
    void the_intruder_sees_the_request_and_may_let_it_pass_or_change_it_or_respond_itself() throws Exception {
        List<Request> seen = new ArrayList<>();
        hevy.meetWith((request, truth) -> {
            seen.add(request);
            return switch (request.parameter("page").orElse("")) {
                case "1" -> truth.get();
                case "2" -> truth.get().withBody(body -> body.replace("page_count", "pages"));
                default -> SimulatedResponse.error(429, "slow down").withHeader("rEtRy-AfTeR", "2");
            };
        });

        assertThat(get("/v1/workouts?page=1").body()).contains("page_count");
        assertThat(get("/v1/workouts?page=2").body()).contains("\"pages\":5").doesNotContain("page_count");
        HttpResponse<String> refused = get("/v1/workouts?page=3&x=%C3%B6");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("2");
        assertThat(seen).extracting(Request::number).containsExactly(1, 2, 3);
        assertThat(seen.get(2).path()).isEqualTo("/v1/workouts");
        assertThat(seen.get(2).parameter("x")).contains("ö");
        assertThat(hevy.requestsTo("/v1/workouts")).isEqualTo(3);
        assertThat(hevy.requestsTo("/v1/workouts", 429)).isEqualTo(1);
    }

    @Test
    void the_intruder_may_change_the_account_before_the_response_or_after_it() throws Exception {
        hevy.meetWith((request, truth) -> {
            if (request.number() == 1) {
                account.delete(newest());
                return truth.get();
            }
            SimulatedResponse response = truth.get();
            account.delete(newest());
            return response;
        });

        assertThat(get("/v1/workouts/count").body()).isEqualTo("{\"workout_count\":22}");
        assertThat(get("/v1/workouts/count").body()).isEqualTo("{\"workout_count\":22}");
        assertThat(account.count(Listing.WORKOUTS)).isEqualTo(21);
    }

    @Test
    void the_intruder_may_break_the_response_in_every_way_a_network_can() throws Exception {
        assertThat(failure((request, truth) -> truth.get().thatBreaksAfter(100)))
                .isInstanceOf(IOException.class);
        assertThat(failure((request, truth) -> SimulatedResponse.hangUp())).isInstanceOf(IOException.class);
        assertThat(failure((request, truth) -> SimulatedResponse.reset())).isInstanceOf(IOException.class);
        assertThat(failure((request, truth) -> SimulatedResponse.silence(), Duration.ofMillis(400)))
                .hasMessageContaining("timed out");
        assertThat(failure((request, truth) -> {
                    throw new IllegalStateException("the intruder itself fails");
                }))
                .isInstanceOf(IOException.class);
        assertThat(failure((request, truth) -> SimulatedResponse.raw(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno-length\r\n{}\r\n")))
                .isInstanceOf(IOException.class);
        // This client asks again by itself when a connection ends early, so the number of entries is its own affair.
        assertThat(hevy.log())
                .extracting(SimulatedHevy.Exchange::status)
                .startsWith(200, 0)
                .containsOnlyOnce(200);
    }

    @Test
    void a_reset_is_a_real_one_and_not_only_the_end_of_the_connection() throws Exception {
        hevy.meetWith((request, truth) -> SimulatedResponse.reset());
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void header_names_keep_their_case_on_the_wire() throws Exception {
        hevy.meetWith((request, truth) -> SimulatedResponse.of(200).withHeader("CamelAwsS3Key", "evil"));
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK\r\nCamelAwsS3Key: evil\r\nContent-Length: 0\r\n\r\n");
        }
    }

    @Test
    void a_body_may_stall_after_its_headers_or_come_slowly() throws Exception {
        hevy.meetWith((request, truth) -> truth.get().thatStallsAfter(10));
        HttpResponse<InputStream> stalled = client.send(
                request(hevy, "/v1/workouts", hevy.apiKey()).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stalled.statusCode()).isEqualTo(200);
        assertThat(stalled.body().readNBytes(10)).hasSize(10);
        assertThat(stalled.body().available()).isZero();
        stalled.body().close();

        hevy.meetWith((request, truth) -> truth.get().thatTrickles(Duration.ofMillis(5)));
        Instant asked = Instant.now();
        assertThat(get("/v1/workouts/count").body()).isEqualTo("{\"workout_count\":23}");
        assertThat(Duration.between(asked, Instant.now())).isGreaterThan(Duration.ofMillis(20 * 5 - 1));
    }

    @Test
    void hundreds_of_pages_come_over_one_connection_without_a_delay_each() throws Exception {
        int undelayed = 0;
        for (int i = 0; i < 200; i++) {
            Instant asked = Instant.now();
            assertThat(get("/v1/workouts?pageSize=10").statusCode()).isEqualTo(200);
            // A delayed acknowledgement, which this guards against, takes 40 ms by itself, of all but the first few.
            if (Duration.between(asked, Instant.now()).compareTo(Duration.ofMillis(40)) < 0) {
                undelayed++;
            }
        }

        assertThat(undelayed).isGreaterThan(100);
    }

    private String newest() {
        return account.items(Listing.WORKOUTS)
                .findFirst()
                .orElseThrow()
                .get("id")
                .asText();
    }

    private Exception failure(Intruder intruder) {
        return failure(intruder, Await.LIMIT);
    }

    private Exception failure(Intruder intruder, Duration timeout) {
        hevy.meetWith(intruder);
        HttpRequest request =
                request(hevy, "/v1/workouts", hevy.apiKey()).timeout(timeout).build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            throw new AssertionError("status " + response.statusCode() + " " + response.body());
        } catch (IOException | InterruptedException e) {
            return e;
        }
    }

    private Socket connect() throws IOException {
        return new Socket(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}),
                hevy.baseUri().getPort());
    }

    private HttpResponse<String> get(String pathAndQuery) throws Exception {
        return send(hevy, pathAndQuery, hevy.apiKey());
    }

    private HttpResponse<String> send(SimulatedHevy server, String pathAndQuery, String key) throws Exception {
        return client.send(request(server, pathAndQuery, key).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(SimulatedHevy server, String pathAndQuery, String key) {
        return HttpRequest.newBuilder(URI.create(server.baseUri() + pathAndQuery))
                .header("api-key", key);
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return MAPPER.readTree(response.body());
    }

    private static void assertError(HttpResponse<String> response, int status) throws IOException {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(MAPPER.readTree(response.body()).get("error").asText()).isNotEmpty();
    }
}
