package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The account changes while its pages are read, or the API is wrong about how many there are. */
class PageDriftTest {
    private static final int WORKOUTS = 25;

    @TempDir
    Path folder;

    /** What the lifter does between two requests. */
    enum Change {
        ADD,
        DELETE_NEWEST,
        DELETE_FROM_THE_MIDDLE,
        EDIT_OLDEST,
        EDIT_NEWEST,
        ADD_AND_DELETE;

        void make(Account account) {
            switch (this) {
                case ADD -> account.add(loggedNow());
                case DELETE_NEWEST -> account.delete(id(account, 0));
                case DELETE_FROM_THE_MIDDLE -> account.delete(id(account, 12));
                case EDIT_OLDEST -> rename(account, account.count(Listing.WORKOUTS) - 1);
                case EDIT_NEWEST -> rename(account, 0);
                case ADD_AND_DELETE -> {
                    account.add(loggedNow());
                    account.delete(id(account, 15));
                }
            }
        }
    }

    private static void rename(Account account, int position) {
        account.edit(id(account, position), workout -> workout.put("title", "Edited"));
    }

    /** One that the account stamps with its own clock. */
    private static ObjectNode loggedNow() {
        return SimulatedAccount.workout(4, LocalDate.of(2026, 6, 1), 1).without(List.of("updated_at", "created_at"));
    }

    private static String id(Account account, int position) {
        return account.items(Listing.WORKOUTS)
                .skip(position)
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    private Installation installation() throws IOException {
        return new Installation(folder, SimulatedAccount.withWorkouts(4, WORKOUTS, LocalDate.of(2026, 5, 1)))
                .with("HEVY_RESOURCES", "workouts")
                .with("HEVY_CONCURRENCY", "1");
    }

    private void invariantsHold(Installation installation, Truth truth) {
        Invariants.of(installation.bucket(), installation.warehouse(), folder.resolve("work"))
                .rawWorkoutsHold(truth);
    }

    /** The load ends with the account as it was at one instant of the run: before the change or after it. */
    private void runWithChangeBefore(Installation installation, int request, Change change) {
        AtomicInteger requests = new AtomicInteger();
        List<Truth> truths = new ArrayList<>(List.of(Truth.of(installation.account())));
        installation.hevy().meetWith((asked, truth) -> {
            if (requests.incrementAndGet() == request) {
                change.make(installation.account());
                truths.add(Truth.of(installation.account()));
            }
            return truth.get();
        });

        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        boolean isAsBefore = installation.lake().query("select id, title from {workouts} order by id").stream()
                .map(row -> row.get(0) + row.get(1))
                .toList()
                .equals(titles(truths.get(0)));
        invariantsHold(installation, truths.get(isAsBefore ? 0 : truths.size() - 1));
    }

    private static List<String> titles(Truth truth) {
        return truth.rows("workouts").stream()
                .map(row -> row.values().get("id").asText()
                        + row.values().get("title").asText())
                .sorted()
                .toList();
    }

    static Stream<Arguments> everyRequestOfAFirstLoad() {
        return IntStream.rangeClosed(1, 5).boxed().flatMap(request -> Stream.of(Change.values())
                .map(change -> Arguments.of(request, change)));
    }

    @ParameterizedTest
    @MethodSource("everyRequestOfAFirstLoad")
    @Fault(6)
    @Tag("slow")
    void a_change_between_two_requests_of_a_first_load_loses_and_doubles_nothing(int request, Change change)
            throws IOException {
        try (Installation installation = installation()) {
            runWithChangeBefore(installation, request, change);
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(Change.class)
    @Fault(6)
    void a_change_between_two_requests_of_a_later_load_loses_and_doubles_nothing(Change change) throws IOException {
        try (Installation installation = installation()) {
            assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);
            for (int request = 1; request <= 2; request++) {
                runWithChangeBefore(installation, request, change);
            }
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"1, 3, 9", "2, 3, 9", "1, 3, 2", "2, 3, 1", "1, 3, 0", "3, 3, 0"})
    @Fault(7)
    void a_page_count_that_is_wrong_once_is_overcome(int page, int right, int wrong) throws IOException {
        try (Installation installation = installation()) {
            AtomicInteger lies = new AtomicInteger(1);
            installation
                    .hevy()
                    .meetWith((request, truth) -> request.path().equals("/v1/workouts")
                                    && request.query().startsWith("page=" + page + "&")
                                    && lies.getAndDecrement() > 0
                            ? truth.get()
                                    .withBody(
                                            body -> body.replace("\"page_count\":" + right, "\"page_count\":" + wrong))
                            : truth.get());

            assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

            invariantsHold(installation, Truth.of(installation.account()));
        }
    }

    @ParameterizedTest
    @CsvSource({"'\"page_count\":3,', ''", "'\"page_count\":3', '\"page_count\":\"three\"'"})
    @Fault(7)
    void a_page_count_that_is_absent_or_text_ends_the_run(String right, String wrong) throws IOException {
        try (Installation installation = installation()) {
            installation.hevy().meetWith((request, truth) -> truth.get().withBody(body -> body.replace(right, wrong)));

            assertThat(installation.run("extract")).isEqualTo(ExitCode.HEVY_API);

            assertThat(installation.bucket()).isEmptyDirectory();
        }
    }

    @Test
    @Fault(7)
    void the_same_page_for_ever_ends_the_run() throws IOException {
        try (Installation installation = installation()) {
            AtomicInteger pages = new AtomicInteger();
            String[] first = new String[1];
            installation.hevy().meetWith((request, truth) -> {
                if (!request.path().equals("/v1/workouts")) {
                    return truth.get();
                }
                int page = pages.incrementAndGet();
                first[0] = page == 1 ? truth.get().bodyText() : first[0];
                return SimulatedResponse.json(
                        200, first[0].replace("\"page_count\":3", "\"page_count\":" + (page + 1)));
            });

            assertThat(installation.run("extract")).isEqualTo(ExitCode.HEVY_API);

            assertThat(pages.get()).isLessThan(50);
            assertThat(installation.bucket()).isEmptyDirectory();
        }
    }

    @Test
    @Fault(7)
    void a_404_on_the_first_page_of_workouts_is_believed_only_if_the_count_is_0() throws IOException {
        try (Installation installation = installation()) {
            installation
                    .hevy()
                    .meetWith((request, truth) -> request.path().equals("/v1/workouts")
                            ? SimulatedResponse.error(404, "Page not found")
                            : truth.get());

            assertThat(installation.run("extract")).isEqualTo(ExitCode.HEVY_API);
            assertThat(installation.bucket()).isEmptyDirectory();
        }
    }
}
