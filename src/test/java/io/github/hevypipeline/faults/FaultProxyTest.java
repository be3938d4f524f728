package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The proxy of the fault tests changes nothing but the injected faults. */
class FaultProxyTest {
    @TempDir
    private Path folder;

    private HttpServer server;
    private final AtomicInteger served = new AtomicInteger();
    private FaultProxy proxy;

    /** A server that gives each body back, in chunks when it came in chunks. */
    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            served.incrementAndGet();
            boolean chunked = exchange.getRequestHeaders().containsKey("Transfer-Encoding");
            exchange.getResponseHeaders()
                    .set("X-Host", exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(200, chunked ? 0 : body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        proxy = FaultProxy.before(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    @AfterEach
    void stop() throws IOException {
        server.stop(0);
        proxy.close();
    }

    @Test
    void a_whole_run_through_two_proxies_comes_out_right() throws IOException {
        try (ProxiedInstallation installation = new ProxiedInstallation(
                folder, SimulatedAccount.between(5, LocalDate.of(2025, 12, 1), LocalDate.of(2026, 1, 10)))) {
            ProxiedInstallation.Run run = installation.run();

            assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
            assertThat(installation.lake().faults()).isEmpty();
            assertThat(installation.lake().query("select count(*) from {workouts}"))
                    .containsExactly(
                            List.of(Integer.toString(installation.account().count(Listing.WORKOUTS))));
            assertThat(installation.hevyProxy().log())
                    .hasSameSizeAs(installation.hevy().log());
            assertThat(installation.requests())
                    .extracting(entry -> entry.request().number())
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, installation.requests().size())
                                    .boxed()
                                    .toList());
            assertThat(installation.requests())
                    .allMatch(entry -> entry.status() == 200 || entry.status() == 204)
                    .allMatch(entry -> entry.mishap().equals(Mishap.NONE));
        }
    }

    @Test
    void an_s3_client_can_put_head_get_list_and_delete_through_it() throws IOException {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder, "lake");
                FaultProxy before = FaultProxy.before(s3.endpoint());
                S3Client client = client(s3, before)) {
            byte[] large = new byte[3_000_000];
            large[2_999_999] = 1;
            client.putObject(put -> put.bucket("lake").key("a b/ü.bin"), RequestBody.fromBytes(large));

            assertThat(Files.readAllBytes(folder.resolve("lake/a b/ü.bin"))).isEqualTo(large);
            assertThat(client.headObject(head -> head.bucket("lake").key("a b/ü.bin"))
                            .contentLength())
                    .isEqualTo(3_000_000);
            assertThat(client.getObjectAsBytes(get -> get.bucket("lake").key("a b/ü.bin"))
                            .asByteArray())
                    .isEqualTo(large);
            assertThat(client.listObjectsV2(list -> list.bucket("lake").prefix("a b/"))
                            .contents())
                    .hasSize(1);
            client.deleteObject(delete -> delete.bucket("lake").key("a b/ü.bin"));
            assertThatThrownBy(() -> client.getObject(get -> get.bucket("lake").key("a b/ü.bin")))
                    .isInstanceOf(NoSuchKeyException.class);
            assertThat(before.log())
                    .extracting(entry -> entry.request().method() + " " + entry.status())
                    .containsExactly("PUT 200", "HEAD 200", "GET 200", "GET 200", "DELETE 204", "GET 404");
            assertThat(before.log().get(0).request().path()).isEqualTo("/lake/a%20b/%C3%BC.bin");
            assertThat(before.log().get(3).request().query()).contains("list-type=2", "prefix=a%20b%2F");
        }
    }

    @Test
    void chunks_lengths_and_several_requests_of_one_connection_pass_byte_for_byte() throws IOException {
        String chunked = "POST /c HTTP/1.1\r\nHost: somewhere:1\r\nTransfer-Encoding: chunked\r\n\r\n"
                .concat("5;x=y\r\nhello\r\n3\r\n\r\n!\r\n0\r\n\r\n");
        String plain = "POST /l?q=1 HTTP/1.1\r\nHost: somewhere:1\r\nContent-Length: 3\r\n\r\nabc";
        String last = "HEAD / HTTP/1.1\r\nHost: somewhere:1\r\nConnection: close\r\n\r\n";

        String responses = converse(chunked + plain + last);

        assertThat(responses).contains("\r\n\r\n8\r\nhello\r\n!\r\n0\r\n\r\n", "\r\n\r\nabc", "X-host: somewhere:1");
        assertThat(proxy.log())
                .extracting(FaultProxy.Entry::request)
                .containsExactly(
                        new FaultProxy.Request(1, "POST", "/c", ""),
                        new FaultProxy.Request(2, "POST", "/l", "q=1"),
                        new FaultProxy.Request(3, "HEAD", "/", ""));
    }

    @Test
    void trailers_belong_to_a_body_in_chunks() throws IOException {
        HttpMessage head = new HttpMessage("PUT / HTTP/1.1\r\ntransfer-encoding: Chunked\r\n\r\n");
        String body = "1;a=b\r\nx\r\n0\r\nx-amz-checksum: 1\r\n\r\n";
        InputStream in = new ByteArrayInputStream((body + "next").getBytes(StandardCharsets.US_ASCII));

        assertThat(new String(head.readBody(in), StandardCharsets.US_ASCII)).isEqualTo(body);
        assertThat(in).hasContent("next");
    }

    @Test
    void a_client_that_waits_for_100_continue_gets_it() throws IOException {
        try (Socket client = connect()) {
            client.setSoTimeout((int) Await.LIMIT.toMillis());
            write(client, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(new String(client.getInputStream().readNBytes(25), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            write(client, "abc");
            assertThat(new String(client.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void what_a_client_leaves_unfinished_never_reaches_the_server() throws IOException {
        try (Socket client = connect()) {
            write(client, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isNegative();
        }

        assertThat(served).hasValue(0);
        assertThat(proxy.log())
                .singleElement()
                .extracting(FaultProxy.Entry::status)
                .isEqualTo(0);
    }

    @Test
    void a_kill_before_happens_with_the_request_still_unknown_to_the_server() throws IOException {
        AtomicInteger servedAtDeath = new AtomicInteger(-1);
        proxy.killWith(() -> servedAtDeath.set(served.get()));
        proxy.meetWith(request -> Mishap.KILL_BEFORE);

        assertThat(converse(get())).isEmpty();

        assertThat(servedAtDeath).hasValue(0);
        assertThat(served).hasValue(0);
    }

    @Test
    void a_kill_after_happens_with_the_request_done_and_its_response_lost() throws IOException {
        AtomicInteger servedAtDeath = new AtomicInteger(-1);
        proxy.killWith(() -> servedAtDeath.set(served.get()));
        proxy.meetWith(request -> Mishap.KILL_AFTER);

        assertThat(converse(get())).isEmpty();

        assertThat(servedAtDeath).hasValue(1);
        assertThat(proxy.log())
                .singleElement()
                .extracting(FaultProxy.Entry::status)
                .isEqualTo(200);
    }

    @Test
    void a_reset_request_never_reaches_the_server() {
        proxy.meetWith(request -> Mishap.RESET);

        assertThatThrownBy(() -> converse(get())).isInstanceOf(SocketException.class);

        assertThat(served).hasValue(0);
    }

    @Test
    void a_lost_response_is_reset_after_the_server_has_done_the_request() {
        proxy.meetWith(request -> Mishap.LOSE_RESPONSE);

        assertThatThrownBy(() -> converse(get())).isInstanceOf(SocketException.class);

        assertThat(served).hasValue(1);
        assertThat(proxy.log())
                .singleElement()
                .extracting(FaultProxy.Entry::status)
                .isEqualTo(200);
    }

    @Test
    void a_cut_response_ends_in_the_middle() throws IOException {
        proxy.meetWith(request -> Mishap.CUT_RESPONSE);

        assertThat(converse("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 400\r\n\r\n" + "x".repeat(400)))
                .startsWith("HTTP/1.1 200")
                .matches("(?s).*[^x]x{50,300}");
    }

    @Test
    void a_stalled_request_is_never_served_and_ends_with_the_client() throws IOException {
        proxy.meetWith(request -> Mishap.STALL);

        try (Socket client = connect()) {
            // Time for a response, which must not come.
            client.setSoTimeout(150);
            write(client, get());
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            client.setSoTimeout((int) Await.LIMIT.toMillis());
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isNegative();
        }
        assertThat(served).hasValue(0);
    }

    @Test
    void a_response_of_its_own_looks_like_that_of_s3() throws IOException {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder, "lake");
                FaultProxy before = FaultProxy.before(s3.endpoint());
                S3Client client = client(s3, before)) {
            for (Mishap mishap : List.of(Mishap.SLOW_DOWN, Mishap.ERROR_500, Mishap.respond(403, "AccessDenied"))) {
                before.meetWith(request -> mishap);

                assertThatThrownBy(() ->
                                client.putObject(put -> put.bucket("lake").key("k"), RequestBody.fromString("text")))
                        .isInstanceOfSatisfying(S3Exception.class, e -> {
                            assertThat(e.statusCode()).isEqualTo(mishap.status());
                            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(mishap.code());
                        });
            }
            assertThat(folder.resolve("lake/k")).doesNotExist();
        }
    }

    @Test
    void only_the_chosen_request_meets_a_mishap() throws IOException {
        proxy.meetWith(request -> request.number() == 2 ? Mishap.ERROR_500 : Mishap.NONE);

        assertThat(converse(get())).startsWith("HTTP/1.1 200");
        assertThat(converse(get())).startsWith("HTTP/1.1 500");
        assertThat(converse(get())).startsWith("HTTP/1.1 200");
    }

    @Test
    void a_choice_that_fails_fails_the_test_at_the_latest_when_the_proxy_is_closed() throws IOException {
        FaultProxy failing = FaultProxy.before(proxy.uri());
        failing.meetWith(request -> {
            throw new AssertionError("an assertion about the request");
        });
        try (Socket client =
                new Socket(InetAddress.getLoopbackAddress(), failing.uri().getPort())) {
            write(client, get());
            assertThat(client.getInputStream().read()).isNegative();
        }

        assertThatThrownBy(failing::close)
                .isInstanceOf(AssertionError.class)
                .hasRootCauseMessage("an assertion about the request");
    }

    @Test
    void closing_it_ends_what_is_stalled_and_refuses_connections() throws IOException {
        proxy.meetWith(request -> Mishap.STALL);
        try (Socket client = connect()) {
            write(client, get());
            InputStream response = client.getInputStream();
            proxy.close();
            assertTimeoutPreemptively(Await.LIMIT, () -> {
                try {
                    assertThat(response.read()).isNegative();
                } catch (SocketException reset) {
                    assertThat(reset).hasMessageContaining("reset");
                }
            });
        }
        assertThatThrownBy(this::connect).isInstanceOf(IOException.class);
    }

    private static String get() {
        return "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    }

    private String converse(String requests) throws IOException {
        try (Socket client = connect()) {
            client.setSoTimeout((int) Await.LIMIT.toMillis());
            write(client, requests);
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private Socket connect() throws IOException {
        return new Socket(
                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), proxy.uri().getPort());
    }

    private static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static S3Client client(EmbeddedS3 s3, FaultProxy before) {
        return S3Client.builder()
                .endpointOverride(before.uri())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), s3.secretKey())))
                .overrideConfiguration(overrides -> overrides.retryStrategy(retries -> retries.maxAttempts(1)))
                .build();
    }
}
