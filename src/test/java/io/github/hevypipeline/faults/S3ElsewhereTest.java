package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S3 servers that do some things otherwise than AWS. */
class S3ElsewhereTest {
    private static final String DATA = "/raw/hevy/workouts/";
    private static final String COMMIT = "/raw/hevy/_dlt_loads/";

    @TempDir
    private Path folder;

    private ProxiedInstallation installation;
    private FaultProxy s3;

    @BeforeEach
    void start() throws IOException {
        installation = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(5, 12, LocalDate.of(2026, 1, 10)))
                .with("HEVY_RESOURCES", "workouts")
                .with("S3_RETRIES", "0");
        s3 = installation.s3Proxy();
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private ProxiedInstallation.Run extract() {
        return installation.run("extract");
    }

    private void extractAfterAnother(int day) {
        installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 2, day), 1));
        ProxiedInstallation.Run run = extract();
        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
    }

    private static Predicate<FaultProxy.Request> put(String folder) {
        return request -> request.method().equals("PUT") && request.path().contains(folder);
    }

    private long count(Predicate<FaultProxy.Request> which) {
        return s3.log().stream().map(FaultProxy.Entry::request).filter(which).count();
    }

    @Fault(37)
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(ints = {1_000, 2})
    void an_old_commit_was_taken_for_the_newest_where_keys_come_in_another_order(int pageSize) {
        extractAfterAnother(1);
        extractAfterAnother(2);
        OddListing listing = OddListing.backwards(pageSize);
        s3.meetWith(listing);
        s3.forgetLog();

        extractAfterAnother(3);

        assertThat(installation.lake().commits()).isEqualTo(3);
        assertThat(installation.lake().faults()).isEmpty();
        assertThat(installation.lake().query("select count(*) from {workouts}")).containsExactly(List.of("15"));
        assertThat(listing.asked()).doesNotHaveDuplicates().hasSize(pageSize == 2 ? 5 : 1);
    }

    @Fault(37)
    @Test
    void nothing_is_swept_where_the_listing_hides_the_newest_commit() throws IOException {
        extractAfterAnother(1);
        extractAfterAnother(2);
        Path stray = installation.bucket().resolve("raw/hevy/workouts/1000000000.0000001.2026.parquet");
        Files.writeString(stray, "what a dead run has left");
        Map<String, String> before = installation.lake().objects();
        s3.meetWith(OddListing.without("/0000000002.parquet"));

        installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 2, 3), 1));
        ProxiedInstallation.Run run = extract();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lines())
                .anyMatch(line -> line.contains("commit 2 is there, though the listing has shown 1 as the newest"));
        assertThat(run.lastLine()).contains("Commit 2 is in s3://lake/raw/hevy/, but the S3 server does not list it");
        assertThat(installation.lake().objects()).isEqualTo(before);

        s3.meetWith(request -> Mishap.NONE);
        extractAfterAnother(4);
        assertThat(stray).doesNotExist();
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Fault(38)
    @ParameterizedTest
    @ValueSource(strings = {"extract", "transform", "doctor"})
    void a_listing_that_begins_again_and_again_ends_with_the_servers_name(String command) {
        extractAfterAnother(1);
        OddListing listing = OddListing.endless();
        s3.meetWith(listing);

        ProxiedInstallation.Run run = installation.run(command);

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        if (!command.equals("doctor")) {
            assertThat(run.lastLine())
                    .contains("The S3 server " + s3.uri() + " lists the same objects again and again", " Next: ");
        }
        // The doctor lists the transformed prefix as well, where there is no key yet: a hundred such pages end that.
        assertThat(listing.asked()).hasSizeLessThan(command.equals("doctor") ? 110 : 5);
    }

    @Fault(40)
    @ParameterizedTest
    @ValueSource(strings = {DATA, COMMIT})
    void a_server_without_conditional_writes_is_named_at_once_with_the_reason(String where) {
        installation.with("S3_CONCURRENCY", "1").with("S3_RETRIES", "3");
        s3.meetWith(request -> put(where).test(request) ? Mishap.respond(501, "NotImplemented") : Mishap.NONE);

        ProxiedInstallation.Run run = extract();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine())
                .contains(
                        "The S3 server cannot do conditional writes (If-None-Match)",
                        "bucket lake",
                        "endpoint " + s3.uri(),
                        " Next: Update the S3 server");
        assertThat(count(put(where))).as(run.toString()).isEqualTo(1);
        assertThat(installation.bucket().resolve("raw/hevy/_dlt_loads")).doesNotExist();
    }

    @Fault(40)
    @Test
    void any_other_ability_that_a_server_has_not_is_named_too() {
        s3.meetWith(request -> Mishap.respond(501, "NotImplemented"));

        ProxiedInstallation.Run run = extract();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine()).contains("The S3 server cannot do ListObjectsV2", "endpoint " + s3.uri());
        assertThat(s3.log()).hasSize(1);
    }

    @Fault(40)
    @Test
    void a_409_for_an_object_that_is_there_already_is_read_back_and_is_ours() {
        installation.with("S3_CONCURRENCY", "1").with("S3_RETRIES", "1");
        AtomicInteger puts = new AtomicInteger();
        s3.meetWith(request -> {
            if (!put(DATA).test(request)) {
                return Mishap.NONE;
            }
            return switch (puts.getAndIncrement()) {
                case 0 -> Mishap.LOSE_RESPONSE;
                case 1 -> Mishap.respond(409, "ObjectAlreadyExists");
                default -> Mishap.NONE;
            };
        });

        ProxiedInstallation.Run run = extract();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(puts).hasValue(3);
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Fault(40)
    @Test
    void a_409_under_which_another_run_commits_is_lost_and_the_load_begins_anew() {
        AtomicInteger commits = new AtomicInteger();
        s3.meetWith(request -> {
            if (!put(COMMIT).test(request) || commits.getAndIncrement() > 0) {
                return Mishap.NONE;
            }
            assertThat(installation.runElsewhere("extract").exitCode()).isEqualTo(ExitCode.DONE);
            installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 1, 12), 1));
            return Mishap.respond(409, "Conflict");
        });

        ProxiedInstallation.Run run = extract();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(run.lines()).anyMatch(line -> line.contains("another run committed first"));
        assertThat(installation.lake().commits()).isEqualTo(2);
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Fault(40)
    @Test
    void a_409_for_an_object_that_is_not_there_ends_the_run_as_what_it_is() {
        s3.meetWith(request -> put(DATA).test(request) ? Mishap.respond(409, "Conflict") : Mishap.NONE);

        ProxiedInstallation.Run run = extract();

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.ANOTHER_RUN_WON);
        assertThat(run.lastLine()).contains("for another one, which is not there");
        assertThat(installation.bucket().resolve("raw/hevy/_dlt_loads")).doesNotExist();
    }

    @Fault(41)
    @ParameterizedTest
    @CsvSource({"S3_ENDPOINT_URL, RegionOne", "AWS_ENDPOINT_URL_S3, US-EAST-1", "AWS_ENDPOINT_URL, auto"})
    void the_names_that_aws_has_for_an_endpoint_are_taken_and_its_region_may_have_any(String name, String region) {
        installation.with("S3_ENDPOINT_URL", "").with(name, s3.uri().toString()).with("AWS_DEFAULT_REGION", region);

        extractAfterAnother(1);
        s3.meetWith(request -> Mishap.respond(403, "AccessDenied"));

        assertThat(extract().lastLine()).contains("region " + region + ", endpoint " + s3.uri());
    }
}
