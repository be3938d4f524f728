package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One lake holds the data of one account, whoever's key a run is given. */
class WhoseLakeTest {
    private static final String KEY = "11111111-0000-4000-8000-000000000000";
    private static final String NEW_KEY = "11111111-0000-4000-8000-000000000001";
    private static final String OTHER_KEY = "22222222-0000-4000-8000-000000000000";
    private static final String USER = "/v1/user/info";
    private static final String LIST = "/v1/workouts";

    @TempDir
    Path folder;

    private final Account account = SimulatedAccount.withWorkouts(3, 30, LocalDate.of(2026, 5, 1));
    private final Account fewer = SimulatedAccount.withWorkouts(4, 12, LocalDate.of(2026, 4, 1));
    private final Account newer = SimulatedAccount.withWorkouts(5, 40, LocalDate.of(2026, 7, 1));
    private ProxiedInstallation home;

    @BeforeEach
    void start() throws IOException {
        home = new ProxiedInstallation(
                folder,
                SimulatedHevy.of(account)
                        .apiKey(KEY)
                        .alsoServing(NEW_KEY, account)
                        .alsoServing(OTHER_KEY, fewer)
                        .alsoServing("newer", newer)
                        .start());
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
    }

    private ProxiedInstallation.Run done(ProxiedInstallation.Run run) {
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.DONE);
        home.hevy().forgetLog();
        home.s3Proxy().forgetLog();
        return run;
    }

    private static String id(Account account) {
        return account.user().path("id").asText();
    }

    private List<String> writes() {
        return home.s3Proxy().log().stream()
                .map(entry -> entry.request().method())
                .filter(method -> !method.equals("GET"))
                .toList();
    }

    private void lakeHolds(Account expected) {
        assertThat(home.lake().query("select id from {workouts} order by 1"))
                .isEqualTo(expected.items(Listing.WORKOUTS)
                        .map(workout -> List.of(workout.path("id").asText()))
                        .sorted((a, b) -> a.get(0).compareTo(b.get(0)))
                        .toList());
        assertThat(home.lake().faults()).isEmpty();
    }

    private void withoutUserInfo() {
        home.hevy()
                .meetWith((request, truth) ->
                        request.path().equals(USER) ? SimulatedResponse.error(404, "Not found") : truth.get());
    }

    /** Takes the account out of the newest state, as an older version has written it. */
    private void makeStateOlder() throws IOException, SQLException {
        List<String> states = home.lake().files("_dlt_pipeline_state");
        Path state = home.bucket().resolve("raw/hevy").resolve(states.get(states.size() - 1));
        Path older = folder.resolve("older.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("copy (select * replace (regexp_replace(state, ',\"account\":\\{[^}]*\\}', '') as state)"
                    + " from '" + state + "') to '" + older + "' (format parquet, compression zstd)");
        }
        Files.move(older, state, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readString(state, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("salt");
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"22222222-0000-4000-8000-000000000000", "newer"})
    @Fault(28)
    void the_key_of_another_person_deleted_or_mixed_the_workouts_of_the_first_one(String key) {
        done(home.with("HEVY_API_KEY", KEY).run());
        Map<String, String> before = home.lake().objects();
        Account other = key.equals(OTHER_KEY) ? fewer : newer;

        ProxiedInstallation.Run run = home.with("HEVY_API_KEY", key).run();

        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.lastLine()).contains(id(account), id(other), "nothing was written", "Next: ", "S3_RAW_PREFIX");
        assertThat(writes()).isEmpty();
        assertThat(home.lake().objects()).isEqualTo(before);
        assertThat(home.hevy().log())
                .extracting(exchange -> exchange.request().path())
                .containsExactly(USER);
        home.hevy().forgetLog();
        done(home.with("HEVY_API_KEY", KEY).run());
        lakeHolds(account);
    }

    @Test
    @Fault(28)
    void the_key_that_loaded_last_is_not_asked_for_its_owner_again() {
        done(home.run());

        home.run();

        assertThat(home.hevy().requestsTo(USER)).isZero();
        assertThat(writes()).isEmpty();
    }

    @Test
    @Fault(28)
    @Tag("slow")
    void a_new_key_of_the_same_person_goes_on_and_is_known_from_the_next_commit() {
        done(home.run());
        home.with("HEVY_API_KEY", NEW_KEY);
        account.delete(firstId());

        home.run();

        assertThat(home.hevy().requestsTo(USER)).isEqualTo(1);
        lakeHolds(account);
        home.hevy().forgetLog();
        done(home.run());
        assertThat(home.hevy().requestsTo(USER)).isZero();
    }

    private String firstId() {
        return account.items(Listing.WORKOUTS)
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    @Test
    @Fault(28)
    @Tag("slow")
    void where_hevy_does_not_tell_whose_key_it_is_shared_workouts_do() {
        withoutUserInfo();
        done(home.run());
        Map<String, String> before = home.lake().objects();

        ProxiedInstallation.Run other = home.with("HEVY_API_KEY", OTHER_KEY).run();

        assertThat(other.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(other.lastLine()).contains("shares none of the 30 workouts", "nothing was written", "Next: ");
        assertThat(home.hevy().requestsTo(LIST))
                .as("everything was read to compare")
                .isEqualTo(2);
        assertThat(writes()).isEmpty();
        assertThat(home.lake().objects()).isEqualTo(before);
        home.hevy().forgetLog();

        done(home.with("HEVY_API_KEY", NEW_KEY).run());
        home.run();

        assertThat(home.hevy().requestsTo(USER))
                .as("the new key is known by now")
                .isZero();
        assertThat(writes()).isEmpty();
        lakeHolds(account);
    }

    @Test
    @Fault(28)
    @Tag("slow")
    void a_lake_of_an_older_version_is_taken_over_by_its_own_account_alone() throws Exception {
        done(home.run());
        makeStateOlder();
        Map<String, String> before = home.lake().objects();

        ProxiedInstallation.Run other = home.with("HEVY_API_KEY", OTHER_KEY).runElsewhere();

        assertThat(other.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(other.lastLine()).contains(id(fewer), "shares none of the 30 workouts");
        assertThat(home.lake().objects()).isEqualTo(before);
        home.hevy().forgetLog();

        ProxiedInstallation.Run own = home.with("HEVY_API_KEY", KEY).run();
        assertThat(home.hevy().requestsTo(LIST))
                .as("the changes share workouts")
                .isZero();
        done(own);
        assertThat(own.lines()).noneMatch(line -> line.contains("account"));

        home.run();
        assertThat(home.hevy().requestsTo(USER)).isZero();
        assertThat(writes()).isEmpty();
        lakeHolds(account);
    }

    @Test
    @Fault(28)
    void of_two_accounts_that_load_into_an_empty_lake_at_once_the_one_that_lost_is_refused() {
        AtomicBoolean met = new AtomicBoolean();
        AtomicReference<ProxiedInstallation.Run> winner = new AtomicReference<>();
        home.hevy().meetWith((request, truth) -> {
            boolean isFirst = request.path().equals("/v1/routines")
                    && request.header("api-key").orElse("").equals(KEY);
            if (isFirst && !met.getAndSet(true)) {
                winner.set(home.runElsewhere(OTHER_KEY, new String[] {"extract"}));
            }
            return truth.get();
        });

        ProxiedInstallation.Run loser = home.run();

        assertThat(winner.get().exitCode())
                .as(String.join("\n", winner.get().lines()))
                .isEqualTo(ExitCode.DONE);
        assertThat(loser.exitCode()).as(String.join("\n", loser.lines())).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(loser.lines()).anyMatch(line -> line.contains("another run committed first"));
        assertThat(loser.lastLine()).contains(id(account), id(fewer));
        lakeHolds(fewer);
    }

    @Test
    @Fault(28)
    void a_load_that_lacks_only_its_commit_is_not_committed_with_the_key_of_another_account() {
        home.s3Proxy()
                .meetWith(request ->
                        request.method().equals("PUT") && request.path().contains("_dlt_loads")
                                ? Mishap.ERROR_500
                                : Mishap.NONE);
        assertThat(home.with("S3_RETRIES", "0").run("extract").exitCode()).isEqualTo(ExitCode.S3);
        home.with("S3_RETRIES", "5").s3Proxy().meetWith(request -> Mishap.NONE);

        done(home.with("HEVY_API_KEY", OTHER_KEY).run());

        lakeHolds(fewer);
        assertThat(Sql.value(home.warehouse(), "select count(distinct workout_id) from main_marts.daily_exercises"))
                .isEqualTo("12");
    }

    @Test
    @Fault(28)
    void the_state_holds_neither_the_key_nor_a_plain_hash_of_it() {
        done(home.run());
        String state = home.lake()
                .query("select state from {_dlt_pipeline_state}")
                .get(0)
                .get(0);
        home.hevy().meetWith(Intruder.NONE);

        assertThat(state).contains(id(account), "\"salt\"").doesNotContain(KEY);
    }
}
