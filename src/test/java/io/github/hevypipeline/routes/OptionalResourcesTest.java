package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.faults.Invariants;
import io.github.hevypipeline.faults.Truth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Optional resources are loaded if HEVY_RESOURCES names them, and skipped if Hevy does not serve them. */
class OptionalResourcesTest {
    private static final String EVERYTHING =
            "workouts,exercise_templates,routines,routine_folders,body_measurements,user_info";
    private static final String MEASUREMENTS = "/v1/body_measurements";
    private static final String COUNT = "select count(*) from {body_measurements}";

    @TempDir
    Path folder;

    private Installation installation;
    private Account account;

    @BeforeEach
    void start() throws IOException {
        account = SimulatedAccount.between(8, LocalDate.of(2025, 1, 1), LocalDate.of(2026, 2, 1));
        installation = new Installation(folder, account).with("HEVY_RESOURCES", EVERYTHING);
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private List<String> loads() {
        return ends(ExitCode.DONE);
    }

    /** The warnings about skipped resources of a load with this outcome. */
    private List<String> ends(ExitCode expected) {
        Logger logger = (Logger) LoggerFactory.getLogger("io.github.hevypipeline.hevy");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            assertThat(installation.run("extract")).isEqualTo(expected);
        } finally {
            logger.detachAppender(log);
        }
        return log.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("skipped"))
                .toList();
    }

    private void rawTablesHoldAll() {
        Invariants.of(installation.bucket(), installation.warehouse(), folder.resolve("work"))
                .rawTablesHold(Truth.ofAll(account));
    }

    private void measure(Consumer<List<ObjectNode>> change) {
        List<ObjectNode> measurements =
                new ArrayList<>(account.items(Listing.BODY_MEASUREMENTS).toList());
        change.accept(measurements);
        account.replaceAll(Listing.BODY_MEASUREMENTS, measurements);
    }

    private void respond(String path, SimulatedResponse response) {
        installation.hevy().meetWith((request, truth) -> request.path().equals(path) ? response : truth.get());
    }

    private String count() {
        return installation.lake().query(COUNT).get(0).get(0);
    }

    private String measured() {
        return Integer.toString(account.count(Listing.BODY_MEASUREMENTS));
    }

    private void addWorkout() {
        account.add(SimulatedAccount.workout(99, LocalDate.of(2026, 2, 2), 1));
    }

    private void workoutsAreLoaded() {
        assertThat(installation.lake().query("select count(*) from {workouts}"))
                .containsExactly(List.of(Integer.toString(account.count(Listing.WORKOUTS))));
        assertThat(installation.lake().faults()).isEmpty();
    }

    @Test
    void all_six_resources_are_what_the_api_sent() {
        assertThat(account.count(Listing.BODY_MEASUREMENTS))
                .as("more than a page")
                .isGreaterThan(20);

        assertThat(loads()).isEmpty();

        rawTablesHoldAll();
        assertThat(installation.lake().query("select id, name, url from {user_info}"))
                .containsExactly(List.of(account.user().path("id").asText(), "sample", "https://hevy.com/user/sample"));
        assertThat(installation.lake().columns("body_measurements"))
                .containsAllEntriesOf(Map.of("date", "VARCHAR", "neck_cm", "DOUBLE", "id", "BIGINT"));
        assertThat(installation.hevy().requestsTo("/v1/user/info"))
                .as("the table, and whose lake it is")
                .isEqualTo(2);
        assertThat(installation.hevy().log())
                .filteredOn(exchange -> exchange.request().path().equals("/v1/user/info"))
                .allMatch(exchange -> exchange.request().query().isEmpty());
    }

    @Test
    void a_recorded_account_is_loaded_whole() throws IOException {
        Account recorded = Account.fromPages(Path.of("src/test/resources/golden/n200/api"), InstantSource.system());
        try (Installation other = new Installation(folder.resolve("recorded"), recorded)) {
            assertThat(other.with("HEVY_RESOURCES", EVERYTHING).run("extract")).isEqualTo(ExitCode.DONE);

            Invariants.of(other.bucket(), other.warehouse(), folder.resolve("recorded/work"))
                    .rawTablesHold(Truth.ofAll(recorded));
            assertThat(other.lake().query(COUNT))
                    .containsExactly(List.of(Integer.toString(recorded.count(Listing.BODY_MEASUREMENTS))));
        }
    }

    @Test
    void a_second_run_of_an_unchanged_account_writes_nothing() {
        loads();
        Map<String, String> before = installation.lake().objects();

        loads();

        assertThat(installation.lake().objects()).isEqualTo(before);
    }

    @Test
    void a_measurement_that_is_edited_deleted_or_added_is_so_here_and_changes_no_other_table() {
        loads();
        Map<String, String> before = installation.lake().objects();
        String deleted = account.items(Listing.BODY_MEASUREMENTS)
                .toList()
                .get(3)
                .path("date")
                .asText();
        measure(list -> {
            list.get(1).put("weight_kg", 79.25).put("mood", "good");
            list.remove(3);
            list.add(0, list.get(0).deepCopy().put("date", "2026-03-01").put("id", 7));
        });

        loads();

        rawTablesHoldAll();
        assertThat(installation.lake().query("select 1 from {body_measurements} where date = '" + deleted + "'"))
                .isEmpty();
        assertThat(installation.lake().query("select weight_kg from {body_measurements} where mood = 'good'"))
                .containsExactly(List.of("79.25"));
        assertThat(installation.lake().objects().keySet())
                .filteredOn(object -> !before.containsKey(object) && !object.startsWith("_dlt_"))
                .hasSize(1)
                .allMatch(object -> object.startsWith("body_measurements/"));
        assertThat(installation
                        .lake()
                        .query("select count(distinct _dlt_load_id) from {body_measurements}"
                                + " where mood = 'good' or date = '2026-03-01'"))
                .as("unchanged rows keep their load")
                .containsExactly(List.of("1"));
        assertThat(installation.lake().query("select count(distinct _dlt_load_id) from {body_measurements}"))
                .containsExactly(List.of("2"));
    }

    @Test
    void another_persons_key_replaces_the_person() {
        loads();
        ObjectNode other = account.user().put("name", "renamed");
        respond("/v1/user/info", SimulatedResponse.json(200, "{\"data\":" + other + ",\"page_count\":3,\"page\":1}"));

        loads();

        assertThat(installation.lake().query("select name from {user_info}")).containsExactly(List.of("renamed"));
    }

    @Test
    @Tag("slow")
    void strange_measurements_are_kept_as_they_came_and_counted_with_care() {
        measure(list -> {
            list.subList(6, list.size()).clear();
            list.get(0).putNull("weight_kg");
            list.get(1).put("weight_kg", 0);
            list.get(2).put("weight_kg", "heavy");
            list.forEach(one -> one.remove("fat_percent"));
            list.get(3).put("date", "a Monday").put("weight_kg", 80);
            list.get(4).put("weight_kg", 82.5).put("fat_percent", -3);
            list.get(5).put("weight_kg", 81.25);
        });

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        rawTablesHoldAll();
        assertThat(Sql.query(
                        installation.warehouse(),
                        "select weight_kg, weight_change_kg, fat_percent from main_marts.body_weight"))
                .hasSize(5)
                .endsWith(Arrays.asList("82.5", "1.25", null), Arrays.asList("81.25", null, null));
        assertThat(Sql.value(
                        installation.warehouse(),
                        "select string_agg(weight_kg) from main_marts.body_weight where weight_kg is not null"))
                .isEqualTo("82.5,81.25");
        assertThat(Sql.query(
                        installation.warehouse(),
                        "select name, failures from main_pipeline.data_tests where failures > 0 order by 1"))
                .containsExactly(List.of("body_measures_are_readable", "2"));
    }

    @Test
    void a_measurement_that_comes_twice_because_pages_moved_is_there_once() {
        installation.with("HEVY_CONCURRENCY", "1").hevy().meetWith((request, truth) -> {
            SimulatedResponse page = truth.get();
            if (request.path().equals(MEASUREMENTS) && request.query().startsWith("page=1&")) {
                measure(list -> list.add(0, list.get(0).deepCopy().put("date", "2026-03-01")));
            }
            return page;
        });

        loads();

        assertThat(installation.lake().query("select count(*), count(distinct date) from {body_measurements}"))
                .containsExactly(List.of(
                        Integer.toString(account.count(Listing.BODY_MEASUREMENTS) - 1),
                        Integer.toString(account.count(Listing.BODY_MEASUREMENTS) - 1)));
    }

    @Fault(61)
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"400", "403", "404", "405", "410"})
    void what_hevy_refuses_is_left_out_and_the_rest_is_loaded(int status) {
        respond(MEASUREMENTS, SimulatedResponse.error(status, "no"));

        assertThat(loads())
                .singleElement()
                .asString()
                .contains("body_measurements: skipped, the lake has no rows of it: ", "status " + status);

        workoutsAreLoaded();
        assertThat(count()).isEqualTo("0");
        assertThat(installation.lake().columns("body_measurements")).containsKey("lean_mass_kg");
        assertThat(installation.lake().query("select 1 from {user_info}")).hasSize(1);
    }

    @Fault(61)
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"body_measurements\":[{\"weight_kg\":80}],\"page\":1,\"page_count\":1}",
                "{\"body_measurements\":{},\"page\":1,\"page_count\":1}",
                "<html>moved</html>"
            })
    void a_response_that_is_no_page_of_measurements_loses_no_workout(String response) {
        respond(MEASUREMENTS, SimulatedResponse.json(200, response));

        assertThat(loads()).singleElement().asString().contains("is not a page");

        workoutsAreLoaded();
        assertThat(count()).isEqualTo("0");
    }

    @Test
    @Fault(61)
    void what_was_loaded_before_stays_when_hevy_refuses_it_later_even_in_the_middle() {
        loads();
        String before = measured();
        measure(list -> list.get(0).put("weight_kg", 60));
        addWorkout();
        installation
                .hevy()
                .meetWith((request, truth) ->
                        request.path().equals(MEASUREMENTS) && !request.query().startsWith("page=1&")
                                ? SimulatedResponse.error(403, "no")
                                : truth.get());

        assertThat(loads())
                .singleElement()
                .asString()
                .contains("its " + before + " rows stay as they were loaded before");

        workoutsAreLoaded();
        assertThat(count()).isEqualTo(before);
        assertThat(installation.lake().query("select 1 from {body_measurements} where weight_kg = 60"))
                .as("no part of what was not read whole")
                .isEmpty();
        installation.hevy().meetWith((request, truth) -> truth.get());
        assertThat(loads()).isEmpty();
        rawTablesHoldAll();
    }

    @Test
    @Fault(61)
    void a_person_who_is_not_found_is_left_out() {
        respond("/v1/user/info", SimulatedResponse.error(404, "User not found"));

        assertThat(loads()).singleElement().asString().startsWith("extract   user_info: skipped, ");

        workoutsAreLoaded();
        assertThat(installation.lake().query("select count(*) from {user_info}"))
                .containsExactly(List.of("0"));
    }

    @ParameterizedTest
    @CsvSource({"401, CONFIGURATION", "403, CONFIGURATION"})
    void a_key_that_is_refused_everywhere_is_no_reason_to_leave_anything_out(int status, ExitCode expected) {
        installation
                .with("HEVY_RESOURCES", "body_measurements,user_info")
                .hevy()
                .meetWith((request, truth) -> SimulatedResponse.error(status, "no"));

        assertThat(ends(expected)).isEmpty();
    }

    @Test
    void rows_that_are_lost_here_are_not_done_without() throws IOException {
        loads();
        String file = installation.lake().files("body_measurements").get(0);
        Files.delete(installation.bucket().resolve("raw/hevy").resolve(file));
        try (Stream<Path> copies = Files.walk(folder.resolve("work"))) {
            for (Path copy : copies.filter(path -> path.endsWith(file)).toList()) {
                Files.delete(copy);
            }
        }
        respond(MEASUREMENTS, SimulatedResponse.error(404, "no"));

        assertThat(ends(ExitCode.HEVY_API)).isEmpty();

        installation.hevy().meetWith((request, truth) -> truth.get());
        assertThat(loads()).isEmpty();
        rawTablesHoldAll();
    }

    @Test
    void a_failing_server_ends_the_run_whatever_the_resource() {
        installation.with("HEVY_RETRIES", "1").with("HEVY_RETRY_DELAY", "1ms");
        respond(MEASUREMENTS, SimulatedResponse.error(503, "busy"));

        assertThat(ends(ExitCode.HEVY_API)).isEmpty();
    }

    @Test
    @Tag("slow")
    void a_resource_that_is_named_later_is_added_and_one_that_is_not_named_any_more_stays() {
        installation.with("HEVY_RESOURCES", "workouts");
        loads();
        assertThat(installation.lake().manifest()).doesNotContainKey("body_measurements");

        installation.with("HEVY_RESOURCES", "workouts,body_measurements");
        loads();
        assertThat(count()).isEqualTo(measured());

        String before = measured();
        installation.with("HEVY_RESOURCES", "workouts");
        measure(List::clear);
        addWorkout();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        workoutsAreLoaded();
        assertThat(count()).isEqualTo(before);
        assertThat(Sql.value(installation.warehouse(), "select count(*) from main_marts.body_weight"))
                .isEqualTo(before);
    }
}
