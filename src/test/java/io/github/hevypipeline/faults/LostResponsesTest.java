package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.LakeReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A PUT that S3 has done, or has not, while nobody heard which. */
class LostResponsesTest {
    private static final String DATA = "/workouts/";
    private static final String STATE = "/_dlt_pipeline_state/";
    private static final String COMMIT = "/_dlt_loads/";

    @TempDir
    private Path folder;

    private ProxiedInstallation installation;
    private FaultProxy s3;

    @BeforeEach
    void start() throws IOException {
        installation = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(5, 12, LocalDate.of(2026, 1, 10)))
                .with("HEVY_RESOURCES", "workouts");
        s3 = installation.s3Proxy();
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Fault(10)
    @ParameterizedTest
    @ValueSource(strings = {DATA, STATE, COMMIT})
    void a_put_that_is_sent_again_after_its_response_was_lost_finds_its_own_object_and_is_done(String table) {
        // One after another, so that the responses to the puts of one object follow each other.
        installation.with("S3_CONCURRENCY", "1");
        s3.meetWith(first(1, put(table), Mishap.LOSE_RESPONSE));

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(statuses(put(table))).startsWith(200, 412);
        assertThat(statuses(get(table))).endsWith(200);
        assertOneWholeCommit();
    }

    @Fault(10)
    @ParameterizedTest
    @ValueSource(strings = {DATA, STATE})
    void a_run_that_ends_since_the_response_to_a_put_was_lost_leaves_nothing_that_the_next_one_stumbles_over(
            String table) {
        installation.with("S3_RETRIES", "0");
        s3.meetWith(first(1, put(table), Mishap.LOSE_RESPONSE));

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine())
                .contains(
                        "s3:PutObject on bucket lake",
                        "region us-east-1",
                        s3.uri().toString(),
                        "Next: ");
        assertThat(statuses(put(COMMIT))).isEmpty();
        assertThat(installation.run("extract").exitCode()).isEqualTo(ExitCode.DONE);
        assertOneWholeCommit();
    }

    @Fault(10)
    @Test
    void a_commit_whose_response_was_lost_for_good_is_found_to_be_ours() {
        installation.with("S3_RETRIES", "0");
        s3.meetWith(first(1, put(COMMIT), Mishap.LOSE_RESPONSE));

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(statuses(put(COMMIT))).containsExactly(200);
        assertOneWholeCommit();
    }

    @Fault(10)
    @Test
    void a_commit_that_may_be_done_but_cannot_be_read_back_ends_the_run_and_loses_nothing() {
        installation.with("S3_RETRIES", "0");
        s3.meetWith(request -> put(COMMIT).test(request)
                ? Mishap.LOSE_RESPONSE
                : get(COMMIT).test(request) ? Mishap.ERROR_500 : Mishap.NONE);

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine())
                .contains(
                        "It is not known whether load",
                        "InternalError",
                        "s3:GetObject on bucket lake",
                        "Next: Run again");
        assertThat(deletes()).isZero();
        assertOneWholeCommit();

        s3.meetWith(request -> Mishap.NONE);
        assertThat(installation.run("extract").exitCode()).isEqualTo(ExitCode.DONE);
        assertOneWholeCommit();
    }

    @Fault(10)
    @Test
    void a_commit_that_is_read_back_in_half_is_not_decided_upon() throws IOException {
        installation.with("S3_RETRIES", "0");
        s3.meetWith(request -> {
            if (put(COMMIT).test(request)) {
                return Mishap.LOSE_RESPONSE;
            }
            return get(COMMIT).test(request) ? Mishap.CUT_RESPONSE : Mishap.NONE;
        });

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine()).contains("It is not known whether load", "The connection to S3 broke");
        assertThat(deletes()).isZero();
        assertOneWholeCommit();
    }

    @Fault(10)
    @Test
    void a_commit_that_never_arrived_is_put_again() {
        installation.with("S3_RETRIES", "0");
        s3.meetWith(first(2, put(COMMIT), Mishap.RESET));

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(statuses(put(COMMIT))).containsExactly(0, 0, 200);
        assertOneWholeCommit();
    }

    @Fault(10)
    @Test
    void a_commit_that_never_arrives_is_abandoned_after_three_puts_and_made_by_the_next_run() {
        installation.with("S3_RETRIES", "0");
        s3.meetWith(first(3, put(COMMIT), Mishap.ERROR_500));

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine())
                .contains("S3 failed with InternalError (s3:PutObject on bucket lake", "Next: Run again");
        assertThat(statuses(put(COMMIT))).containsExactly(500, 500, 500);
        assertThat(deletes()).isZero();
        assertThat(packages()).hasSize(1);

        assertThat(installation.run("extract").exitCode()).isEqualTo(ExitCode.DONE);
        assertOneWholeCommit();
        assertThat(packages()).isEmpty();
    }

    @Fault({10, 15})
    @ParameterizedTest
    @ValueSource(strings = {"NONE", "LOSE_RESPONSE"})
    void a_commit_under_which_another_run_commits_is_lost_and_the_load_begins_anew(String kind) {
        Mishap mishap = kind.equals("NONE") ? Mishap.NONE : new Mishap(Mishap.Kind.valueOf(kind), 0, "");
        installation.with("S3_RETRIES", "0");
        AtomicInteger commits = new AtomicInteger();
        s3.meetWith(request -> {
            if (!put(COMMIT).test(request) || commits.getAndIncrement() > 0) {
                return Mishap.NONE;
            }
            assertThat(installation.runElsewhere("extract").exitCode()).isEqualTo(ExitCode.DONE);
            installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 1, 12), 1));
            return mishap;
        });

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.DONE);
        assertThat(run.lines()).anyMatch(line -> line.contains("another run committed first"));
        assertThat(installation.lake().commits()).isEqualTo(2);
        assertWhole();
    }

    @Fault(10)
    @Test
    void something_else_under_the_key_of_a_data_file_is_never_taken_for_it() {
        AtomicInteger puts = new AtomicInteger();
        s3.meetWith(request -> {
            if (put(DATA).test(request) && puts.getAndIncrement() == 0) {
                write(installation.folder().resolve("s3" + request.path()), "not those bytes");
            }
            return Mishap.NONE;
        });

        ProxiedInstallation.Run run = installation.run("extract");

        assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.ANOTHER_RUN_WON);
        assertThat(run.lastLine()).contains("something else under the key raw/hevy/workouts/", "Next: ");
        assertThat(statuses(put(COMMIT))).isEmpty();
    }

    private void assertOneWholeCommit() {
        assertThat(installation.lake().commits()).isEqualTo(1);
        assertWhole();
    }

    /** The newest commit is whole, its tables hold nothing else, and the rows are those of the account. */
    private void assertWhole() {
        LakeReader lake = installation.lake();
        assertThat(lake.faults()).isEmpty();
        assertThat(lake.files("_dlt_pipeline_state")).hasSize((int) lake.commits());
        assertThat(lake.query("select id from {workouts} order by id"))
                .isEqualTo(installation
                        .account()
                        .items(Listing.WORKOUTS)
                        .map(workout -> List.of(workout.get("id").asText()))
                        .sorted((a, b) -> a.get(0).compareTo(b.get(0)))
                        .toList());
    }

    private static Predicate<FaultProxy.Request> put(String table) {
        return request -> request.method().equals("PUT") && request.path().contains("/raw/hevy" + table);
    }

    private static Predicate<FaultProxy.Request> get(String table) {
        return request -> request.method().equals("GET") && request.path().contains("/raw/hevy" + table);
    }

    private static Function<FaultProxy.Request, Mishap> first(
            int times, Predicate<FaultProxy.Request> which, Mishap mishap) {
        AtomicInteger left = new AtomicInteger(times);
        return request -> which.test(request) && left.getAndDecrement() > 0 ? mishap : Mishap.NONE;
    }

    private List<Integer> statuses(Predicate<FaultProxy.Request> which) {
        return s3.log().stream()
                .filter(entry -> which.test(entry.request()))
                .map(FaultProxy.Entry::status)
                .toList();
    }

    private long deletes() {
        return s3.log().stream()
                .filter(entry -> entry.request().method().equals("DELETE"))
                .count();
    }

    private List<Path> packages() {
        try (var found = Files.walk(folder.resolve("work"), 3)) {
            return found.filter(path -> path.getParent().endsWith("packages")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
