package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of S3, and of requests to it, end a run with the cause and the next step. */
class S3ResponsesTest {
    @TempDir
    private Path folder;

    private ProxiedInstallation installation;
    private FaultProxy s3;

    @BeforeEach
    void start() throws IOException {
        installation = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(5, 6, LocalDate.of(2026, 6, 10)))
                .with("HEVY_RESOURCES", "workouts")
                .with("S3_RETRIES", "1");
        s3 = installation.s3Proxy();
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Fault(9)
    @ParameterizedTest
    @CsvSource({
        "403, AccessDenied,               S3,            1, S3 denies access: AccessDenied (s3:ListBucket on",
        "404, NoSuchBucket,               S3,            1, The bucket does not exist (s3:ListBucket on",
        "301, PermanentRedirect,          S3,            1, S3 refuses the request: PermanentRedirect (s3:ListBucket on",
        "400, AuthorizationHeaderMalformed, S3,          1, Set AWS_DEFAULT_REGION to the bucket's region",
        "403, RequestTimeTooSkewed,       S3,            2, Set the clock of this machine",
        "400, ExpiredToken,               CONFIGURATION, 1, S3 does not accept the AWS credentials: ExpiredToken",
        "403, InvalidAccessKeyId,         CONFIGURATION, 1, Correct AWS_ACCESS_KEY_ID",
        "503, SlowDown,                   S3,            2, S3 failed with SlowDown (s3:ListBucket on",
        "500, InternalError,              S3,            2, Run again later; what was committed is intact."
    })
    void a_refusal_ends_the_run_with_its_cause_and_only_what_may_pass_is_tried_again(
            int status, String code, ExitCode exitCode, int requests, String told) {
        s3.meetWith(request -> Mishap.respond(status, code));

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(exitCode);
        assertThat(run.lastLine())
                .contains(
                        told,
                        "bucket lake",
                        "region us-east-1",
                        "endpoint " + s3.uri(),
                        code.startsWith("NoSuch") ? "" : code,
                        " Next: ");
        assertThat(s3.log()).hasSize(requests);
        assertThat(installation.hevy().log()).isEmpty();
    }

    @Fault(9)
    @Test
    void a_missing_permission_to_write_is_named_and_leaves_no_commit() {
        s3.meetWith(request -> request.method().equals("PUT") ? Mishap.respond(403, "AccessDenied") : Mishap.NONE);

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine())
                .contains("s3:PutObject on bucket lake", "Next: Allow the AWS credentials s3:PutObject");
        assertThat(installation.bucket().resolve("raw/hevy/_dlt_loads")).doesNotExist();
    }

    @Fault(9)
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"SlowDown", "InternalError", "ConditionalRequestConflict", "reset"})
    void a_fault_at_every_first_try_of_a_request_is_overcome(String fault) {
        Mishap mishap =
                switch (fault) {
                    case "SlowDown" -> Mishap.SLOW_DOWN;
                    case "InternalError" -> Mishap.ERROR_500;
                    case "reset" -> Mishap.RESET;
                    default -> Mishap.respond(409, fault);
                };
        boolean writesOnly = fault.startsWith("Conditional");
        Set<String> met = ConcurrentHashMap.newKeySet();
        s3.meetWith(request -> (!writesOnly || request.method().equals("PUT"))
                        && met.add(request.method() + request.path() + request.query())
                ? mishap
                : Mishap.NONE);

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(met).hasSizeGreaterThanOrEqualTo(5);
        assertThat(installation.lake().faults()).isEmpty();
        assertThat(installation.lake().commits()).isEqualTo(1);
    }

    @Fault(9)
    @Test
    void a_server_that_never_responds_times_out_after_the_time_that_is_set() {
        installation.with("S3_TIMEOUT", "1s").with("S3_RETRIES", "0");
        s3.meetWith(request -> Mishap.STALL);
        Instant begun = Instant.now();

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine()).contains("S3 cannot be reached", "timed out", "s3:ListBucket on bucket lake");
        assertThat(Duration.between(begun, Instant.now()))
                .as("not after the minute that is the default")
                .isLessThan(Duration.ofSeconds(60));
    }

    @Fault(9)
    @Test
    void a_server_that_refuses_connections_is_named() throws IOException {
        try (LocalPort closed = LocalPort.closed()) {
            installation.with("S3_ENDPOINT_URL", closed.url());

            ProxiedInstallation.Run run = installation.run("extract");

            assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
            assertThat(run.lastLine())
                    .contains("S3 cannot be reached", "Connection refused", "bucket lake", "endpoint " + closed.url());
        }
    }

    @Test
    void data_files_are_put_side_by_side_and_the_state_and_the_commit_after_all_of_them() {
        installation
                .with("HEVY_RESOURCES", "workouts,exercise_templates,routines")
                .with("S3_CONCURRENCY", "7");
        CyclicBarrier allDataFiles = new CyclicBarrier(7);
        s3.meetWith(request -> {
            if (request.method().equals("PUT") && !request.path().contains("/_dlt_")) {
                awaitAll(allDataFiles);
            }
            return Mishap.NONE;
        });

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        List<String> puts = s3.log().stream()
                .map(FaultProxy.Entry::request)
                .filter(request -> request.method().equals("PUT"))
                .map(FaultProxy.Request::path)
                .toList();
        assertThat(puts).hasSize(9);
        assertThat(puts.get(7)).contains("/_dlt_pipeline_state/");
        assertThat(puts.get(8)).contains("/_dlt_loads/");
    }

    private static void awaitAll(CyclicBarrier barrier) {
        try {
            barrier.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError("they do not come side by side", e);
        }
    }

    @Test
    void a_run_asks_s3_for_what_it_needs_and_never_for_the_bucket_itself() {
        installation.with("HEVY_RESOURCES", "workouts,exercise_templates,routines");
        assertThat(installation.run().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(methods()).containsExactly(methods("GET", 1, "PUT", 7 + 2 + 7 + 1));

        s3.forgetLog();
        assertThat(installation.run().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(methods()).containsExactly(methods("GET", 4, "PUT", 0));
    }

    private String[] methods() {
        return s3.log().stream().map(entry -> entry.request().method()).toArray(String[]::new);
    }

    private static String[] methods(String first, int times, String second, int more) {
        return Stream.concat(Collections.nCopies(times, first).stream(), Collections.nCopies(more, second).stream())
                .toArray(String[]::new);
    }
}
