package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run that ended early has fetched and made is used by the next one. */
class ResumeTest {
    private static final String LIST = "/v1/workouts";

    @TempDir
    Path folder;

    private ProxiedInstallation home;

    @BeforeEach
    void start() throws IOException {
        home = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(5, 95, LocalDate.of(2026, 5, 1)))
                .with("HEVY_RETRIES", "0");
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
    }

    private Account account() {
        return home.account();
    }

    private static ObjectNode loggedNow() {
        return SimulatedAccount.workout(5, LocalDate.of(2026, 6, 1), 1).without(List.of("updated_at", "created_at"));
    }

    private String id(int position) {
        return account()
                .items(Listing.WORKOUTS)
                .skip(position)
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    private void failAtPage(String path, int page) {
        home.hevy()
                .meetWith((request, truth) ->
                        request.path().equals(path) && request.query().startsWith("page=" + page + "&")
                                ? SimulatedResponse.error(500, "broken")
                                : truth.get());
        assertThat(home.run().exitCode()).isEqualTo(ExitCode.HEVY_API);
        home.hevy().meetWith(Intruder.NONE);
    }

    private void failAtPut(String part) {
        failAtPut(part, "0");
    }

    private void failAtPut(String part, String retries) {
        home.s3Proxy()
                .meetWith(request ->
                        request.method().equals("PUT") && request.path().contains(part)
                                ? Mishap.ERROR_500
                                : Mishap.NONE);
        ProxiedInstallation.Run run = home.with("S3_RETRIES", retries).run();
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.S3);
        assertThat(run.lastLine()).contains("InternalError", "bucket lake", "Next: ");
        home.with("S3_RETRIES", "5").s3Proxy().meetWith(request -> Mishap.NONE);
    }

    private ProxiedInstallation.Run runAgain() {
        home.hevy().forgetLog();
        ProxiedInstallation.Run run = home.run();
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.DONE);
        Invariants.of(home.bucket(), home.warehouse(), folder.resolve("work")).holdFor(Truth.of(account()));
        return run;
    }

    private List<String> pagesAsked(String path) {
        return home.hevy().log().stream()
                .filter(exchange -> exchange.request().path().equals(path))
                .map(exchange -> exchange.request().parameter("page").orElseThrow())
                .toList();
    }

    @Test
    @Fault({2, 11})
    void pages_that_were_fetched_before_a_failure_are_not_asked_for_again() {
        home.with("HEVY_CONCURRENCY", "1");
        failAtPage(LIST, 7);

        ProxiedInstallation.Run run = runAgain();

        assertThat(run.lines()).anyMatch(line -> line.contains("resuming load"));
        assertThat(pagesAsked(LIST)).containsExactly("7", "8", "9", "10");
    }

    @Test
    @Fault(11)
    void what_changed_between_the_failure_and_the_next_run_is_not_lost_though_old_pages_are_used() {
        home.with("HEVY_CONCURRENCY", "1");
        failAtPage(LIST, 7);
        account().edit(id(3), workout -> workout.put("title", "Edited"));
        account().delete(id(20));
        account().add(loggedNow());
        account().delete(id(80));

        runAgain();
    }

    @Tag("slow")
    @Test
    @Fault(11)
    void complete_lists_are_not_read_again_when_a_later_resource_fails() {
        failAtPage("/v1/routines", 2);

        runAgain();

        assertThat(pagesAsked(LIST)).isEmpty();
        assertThat(pagesAsked("/v1/exercise_templates")).isEmpty();
        assertThat(pagesAsked("/v1/routines")).doesNotContain("1").contains("2");
    }

    @Test
    @Fault(11)
    @Tag("slow")
    void pages_of_another_account_are_not_used() {
        failAtPage("/v1/routines", 2);
        home.with("HEVY_API_KEY", "another");
        assertThat(home.run().exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        home.with("HEVY_API_KEY", home.hevy().apiKey());

        runAgain();

        assertThat(pagesAsked(LIST)).hasSize(10);
    }

    @Tag("slow")
    @Test
    @Fault({9, 11})
    void a_load_that_lacks_only_its_commit_is_committed_before_hevy_is_asked_for_anything() throws IOException {
        failAtPut("_dlt_loads");
        home.hevy().forgetLog();
        home.hevy().meetWith((request, truth) -> SimulatedResponse.error(401, "no"));

        assertThat(home.run().exitCode()).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(home.lake().commits()).isEqualTo(1);
        assertThat(home.lake().faults()).isEmpty();
        assertThat(home.hevy().log()).hasSize(1);
        home.hevy().meetWith(Intruder.NONE);
        runAgain();
        assertThat(home.lake().commits()).isEqualTo(1);
        assertThat(pagesAsked(LIST)).isEmpty();
    }

    @Tag("slow")
    @Test
    @Fault({9, 11})
    void a_load_that_was_uploaded_in_part_is_uploaded_whole_and_what_is_new_follows() {
        failAtPut("workouts__exercises__sets");
        account().add(loggedNow());

        ProxiedInstallation.Run run = runAgain();

        assertThat(run.lines()).anyMatch(line -> line.contains("lacks only its commit"));
        assertThat(home.lake().commits()).isEqualTo(2);
        assertThat(pagesAsked(LIST)).isEmpty();
    }

    @Tag("slow")
    @Test
    @Fault(9)
    void a_commit_that_s3_refused_time_and_again_ended_as_a_bug_of_the_program() {
        failAtPut("_dlt_loads", "1");

        runAgain();
    }

    @Test
    @Fault({11, 15})
    @Tag("slow")
    void a_complete_load_is_abandoned_when_another_run_has_committed_since() {
        failAtPut("_dlt_loads");
        account().add(loggedNow());
        ProxiedInstallation.Run elsewhere = home.runElsewhere("extract");
        assertThat(elsewhere.exitCode())
                .as(String.join("\n", elsewhere.lines()))
                .isEqualTo(ExitCode.DONE);

        runAgain();

        assertThat(home.lake().commits()).isEqualTo(1);
    }

    @Tag("slow")
    @Test
    @Fault(18)
    void a_complete_load_whose_files_were_damaged_is_abandoned() throws IOException {
        failAtPut("_dlt_loads");
        Path staged;
        try (var files = Files.walk(folder.resolve("work"))) {
            staged = files.filter(file -> file.toString().endsWith(".2026.parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(staged);
        bytes[bytes.length / 2] ^= 1;
        Files.write(staged, bytes);

        runAgain();

        assertThat(pagesAsked(LIST)).hasSize(10);
    }
}
