package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Data of an unknown shape is loaded whole, logged in one line, and stops no run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriftTest {
    private static final String SETS = "workouts__exercises__sets";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private Lifter strange;
    private List<String> lines;

    /** A person whose first load has every oddity at once, each in a workout of its own. */
    @BeforeAll
    void loadOnce() throws IOException {
        strange = new Lifter(folder.resolve("strange"));
        // mixed types in one page
        strange.putIntoSet(0, "{\"duration_seconds\":1.5,\"extra\":1}");
        strange.putIntoSet(1, "{\"duration_seconds\":\"a minute\",\"extra\":true}");
        strange.putIntoSet(2, "{\"duration_seconds\":9007199254740993,\"extra\":{\"deep\":[1]}}");
        strange.putIntoSet(3, "{\"duration_seconds\":[60],\"extra\":[2]}");
        // deeper than tables go
        strange.put(4, "{\"deep\":" + "{\"a\":".repeat(12) + "[{\"b\":1.50}]" + "}".repeat(12) + "}");
        strange.putIntoSet(4, "{\"a\":[{\"b\":[{\"c\":null}]}]}");
        // something else in place of the list of exercises
        strange.put(5, "{\"exercises\":{\"sets\":[{\"reps\":1}]}}");
        strange.put(6, "{\"exercises\":\"none\"}");
        // names that are alike
        strange.put(
                7,
                "{\"fooBar\":[{\"a\":1}],\"foo_bar\":[{\"a\":2},{\"a\":3}],\"FooBar\":[{\"b\":4}],\"x!\":1,\"x?\":2,"
                        + "\"x#\":3,\"x$\":4,\"x%\":5,\"x&\":6,\"exercises__sets\":[{\"reps\":1}]}");
        // unknown kinds
        strange.putIntoSet(8, "{\"type\":\"myoreps\"}");
        strange.putIntoSet(9, "{\"type\":\"myoreps\"}");
        strange.putIntoSet(10, "{\"type\":\"\\u001b[31m\\u202etext that is longer than a terminal should be told\"}");
        List<ObjectNode> templates =
                strange.installation.account().items(Listing.EXERCISE_TEMPLATES).toList();
        templates
                .get(0)
                .put("type", "stretch")
                .put("primary_muscle_group", "tongue")
                .put("equipment", "sled");
        templates
                .get(0)
                .putArray("secondary_muscle_groups")
                .add("ears")
                .add("chest")
                .add("tongue");
        templates.get(1).put("type", "stretch").put("equipment", "sled");
        strange.installation.account().replaceAll(Listing.EXERCISE_TEMPLATES, templates);
        // reps that nobody can read
        strange.putIntoSet(11, "{\"reps\":8.5,\"weight_kg\":null,\"type\":\"normal\"}");
        strange.putIntoSet(12, "{\"reps\":\"many\",\"weight_kg\":\"heavy\",\"type\":\"normal\"}");

        lines = strange.runs("run");
    }

    @AfterAll
    void stop() throws IOException {
        strange.close();
    }

    /** A person with an installation, what that person does, and what the load says of it. */
    private static final class Lifter implements AutoCloseable {
        private final Installation installation;
        private final Invariants invariants;
        private final List<String> workouts;

        Lifter(Path folder) throws IOException {
            installation = new Installation(
                    folder, SimulatedAccount.between(6, LocalDate.of(2025, 11, 10), LocalDate.of(2026, 1, 20)));
            invariants = Invariants.of(installation.bucket(), installation.warehouse(), folder.resolve("work"));
            workouts = installation
                    .account()
                    .items(Listing.WORKOUTS)
                    .filter(workout -> workout.at("/exercises/0/sets").size() > 1)
                    .map(workout -> workout.path("id").asText())
                    .toList();
        }

        /** Changes one workout by a piece of JSON that is put into it. */
        void put(int workout, String json) {
            edit(workout, object -> object.setAll(object(json)));
        }

        /** Changes the first set of a workout. */
        void putIntoSet(int workout, String json) {
            edit(workout, object -> ((ObjectNode) object.at("/exercises/0/sets/0")).setAll(object(json)));
        }

        void edit(int workout, Consumer<ObjectNode> change) {
            installation.account().edit(workouts.get(workout), change);
        }

        /** What a command says of the data; afterwards everything holds that it is to do. */
        List<String> runs(String command) {
            Logger logger = (Logger) LoggerFactory.getLogger("io.github.hevypipeline.lake");
            ListAppender<ILoggingEvent> log = new ListAppender<>();
            log.start();
            logger.addAppender(log);
            try {
                assertThat(installation.run(command)).isEqualTo(ExitCode.DONE);
            } finally {
                logger.detachAppender(log);
            }
            Truth truth = Truth.of(installation.account());
            if (command.equals("run")) {
                invariants.holdFor(truth);
            } else {
                invariants.rawTablesHold(truth);
            }
            return log.list.stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }

        List<List<String>> lake(String sql) {
            return installation.lake().query(sql);
        }

        String type(String column) {
            return installation.lake().columns(SETS).get(column);
        }

        @Override
        public void close() throws IOException {
            installation.close();
        }
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Fault(19)
    void whateverIsNewIsToldInOneLineEach() {
        assertThat(lines)
                .containsExactlyInAnyOrder(
                        SETS + ": column duration_seconds widens from bigint to varchar",
                        SETS + ": column reps widens from bigint to varchar",
                        SETS + ": column weight_kg widens from double to varchar",
                        SETS + ": new column extra (varchar), null in older rows",
                        SETS + ": new column extra__deep (list<bigint>), null in older rows",
                        SETS + ": new column a (varchar), null in older rows",
                        "workouts: new column deep" + "__a".repeat(8) + " (varchar), null in older rows",
                        "workouts: new column exercises (varchar), null in older rows",
                        "workouts: new column x_ (bigint), null in older rows",
                        "workouts: new column x___ (bigint), null in older rows",
                        "workouts: new column x_____ (bigint), null in older rows",
                        "workouts: new column x_______ (bigint), null in older rows",
                        "workouts: new column x_________ (bigint), null in older rows",
                        "workouts: new column x___________ (bigint), null in older rows",
                        "workouts__foo_bar: new table with a (bigint)",
                        "workouts__foo_bar__: new table with a (bigint)",
                        "workouts__foo_bar____: new table with b (bigint)",
                        "workouts__exercises_sets: new table with reps (bigint)",
                        SETS + ".type has a new value: myoreps",
                        SETS + ".type has a new value: \\u001b[31m\\u202etext that is longer t...",
                        "exercise_templates.type has a new value: stretch",
                        "exercise_templates.primary_muscle_group has a new value: tongue",
                        "exercise_templates.secondary_muscle_groups has a new value: ears",
                        "exercise_templates.secondary_muscle_groups has a new value: tongue",
                        "exercise_templates.equipment has a new value: sled");
    }

    @Test
    @Fault(19)
    void mixedTypesInOnePageAreKeptAsText() {
        assertThat(strange.lake("select duration_seconds from {" + SETS + "} where duration_seconds in ('1.5',"
                        + " 'a minute', '9007199254740993', '[60]')"))
                .hasSize(4);
    }

    @Test
    @Fault(19)
    void anythingDeeperThanTablesGoIsKeptAsJsonText() {
        assertThat(strange.lake("select a from {" + SETS + "} where a is not null"))
                .containsExactly(List.of("[{\"b\":[{\"c\":null}]}]"));
        assertThat(strange.lake("select max(deep" + "__a".repeat(8) + ") from {workouts}"))
                .containsExactly(List.of("{\"a\":{\"a\":{\"a\":{\"a\":[{\"b\":1.5}]}}}}"));
    }

    @Test
    @Fault(19)
    void anObjectOrTextInPlaceOfTheListOfExercisesIsKeptBesideTheTables() {
        assertThat(strange.lake("select exercises from {workouts} where exercises is not null order by 1"))
                .containsExactly(List.of("none"), List.of("{\"sets\":[{\"reps\":1}]}"));
    }

    @Test
    @Fault(19)
    void listsWhoseNamesBecomeTheSameHaveATableEach() {
        assertThat(strange.lake("select (select string_agg(a) from {workouts__foo_bar}), (select string_agg(a order by"
                        + " a) from {workouts__foo_bar__}), (select string_agg(b) from {workouts__foo_bar____})"))
                .containsExactly(List.of("1", "2,3", "4"));
    }

    @Test
    @Fault(19)
    void aSetWhoseRepsNobodyCanReadIsInTheMartWithoutThem() {
        assertThat(Sql.query(
                        strange.installation.warehouse(),
                        "select r.reps, r.weight_kg, d.reps, d.weight_kg from hevy_raw." + SETS + " r join"
                                + " main_marts.daily_exercises d on d.set_id = r._dlt_id"
                                + " where r.reps in ('8.5', 'many') order by 1"))
                .containsExactly(Arrays.asList("8.5", null, null, null), Arrays.asList("many", "heavy", null, null));
    }

    @Tag("slow")
    @Test
    @Fault(60)
    void aListOfNumbersIsAListOfNumbersAndWidensAsANumberDoes() throws IOException {
        try (Lifter lifter = new Lifter(folder.resolve("lists"))) {
            lifter.putIntoSet(0, "{\"steps\":[9007199254740993,null,2],\"pulse\":[90,null],\"matrix\":[[1]]}");
            lifter.putIntoSet(1, "{\"grades\":[0.5,2],\"flags\":[true]}");
            assertThat(lifter.runs("extract"))
                    .containsExactlyInAnyOrder(
                            SETS + ": new column steps (list<bigint>), null in older rows",
                            SETS + ": new column pulse (list<bigint>), null in older rows",
                            SETS + ": new column grades (list<double>), null in older rows",
                            SETS + ": new column flags (list<varchar>), null in older rows",
                            SETS + ": new column matrix (varchar), null in older rows");
            assertThat(Stream.of("steps", "pulse", "grades", "flags", "matrix").map(lifter::type))
                    .containsExactly("BIGINT[]", "BIGINT[]", "DOUBLE[]", "VARCHAR[]", "VARCHAR");
            assertThat(lifter.lake("select list_sum(steps), list_sum(pulse) from {" + SETS + "} where len(pulse) = 2"))
                    .containsExactly(List.of("9007199254740995", "90"));

            lifter.putIntoSet(2, "{\"steps\":[0.5],\"pulse\":[90.5,91]}");
            assertThat(lifter.runs("extract"))
                    .containsExactlyInAnyOrder(
                            // The committed number has no double: rounding it would lose it.
                            SETS + ": column steps widens from list<bigint> to list<varchar>",
                            SETS + ": column pulse widens from list<bigint> to list<double>");
            assertThat(lifter.lake("select steps[1] from {" + SETS + "} where steps is not null order by 1"))
                    .containsExactly(List.of("0.5"), List.of("9007199254740993"));
            assertThat(lifter.lake("select list_sum(pulse) from {" + SETS + "} where pulse is not null order by 1"))
                    .containsExactly(List.of("90.0"), List.of("181.5"));

            lifter.putIntoSet(3, "{\"pulse\":[\"high\",91]}");
            assertThat(lifter.runs("extract"))
                    .containsExactly(SETS + ": column pulse widens from list<double> to list<varchar>");
            assertThat(lifter.lake("select pulse[1] from {" + SETS + "} where pulse is not null order by 1"))
                    .containsExactly(List.of("90"), List.of("90.5"), List.of("high"));

            lifter.putIntoSet(4, "{\"grades\":2}");
            assertThat(lifter.runs("run"))
                    .containsExactly(SETS + ": column grades widens from list<double> to varchar");
            assertThat(lifter.lake("select grades from {" + SETS + "} where grades is not null order by 1"))
                    .containsExactly(List.of("2"), List.of("[0.5,2]"));
        }
    }

    @Test
    @Fault(19)
    @Tag("slow")
    void whatCameInOneLoadStaysInTheNextOnes() throws IOException {
        try (Lifter lifter = new Lifter(folder.resolve("loads"))) {
            lifter.putIntoSet(6, "{\"steps\":9007199254740993,\"laps\":9007199254740992}");
            assertThat(lifter.runs("extract"))
                    .containsExactly(
                            SETS + ": new column laps (bigint), null in older rows",
                            SETS + ": new column steps (bigint), null in older rows");

            lifter.put(
                    0,
                    "{\"mood\":\"good\",\"gym\":{\"name\":\"A\",\"at\":{\"zip\":7}},\"tags\":[\"x\",1,null],"
                            + "\"matrix\":[[1,2],[]]}");
            lifter.put(
                    1,
                    "{\"laps\":[{\"seconds\":61.5},{\"seconds\":60,\"splits\":[{\"m\":100},{\"m\":200,\"hr\":[90]}]}]}");
            lifter.putIntoSet(2, "{\"reps\":8.5,\"weight_kg\":50,\"steps\":0.5,\"laps\":0.5}");
            assertThat(lifter.runs("extract"))
                    .containsExactlyInAnyOrder(
                            SETS + ": column reps widens from bigint to double",
                            // The committed number has no double: rounding it would lose it.
                            SETS + ": column steps widens from bigint to varchar",
                            SETS + ": column laps widens from bigint to double",
                            "workouts: new column mood (varchar), null in older rows",
                            "workouts: new column gym__name (varchar), null in older rows",
                            "workouts: new column gym__at__zip (bigint), null in older rows",
                            "workouts: new column tags (list<varchar>), null in older rows",
                            "workouts: new column matrix (varchar), null in older rows",
                            "workouts__laps: new table with seconds (double)",
                            "workouts__laps__splits: new table with hr (list<bigint>), m (bigint)");
            assertThat(lifter.lake("select steps from {" + SETS + "} where steps is not null order by 1"))
                    .containsExactly(List.of("0.5"), List.of("9007199254740993"));
            assertThat(lifter.lake("select s.hr from {workouts__laps__splits} s join {workouts__laps} l on l._dlt_id ="
                            + " s._dlt_parent_id where s.m = 200 and l._dlt_list_idx = 1"))
                    .containsExactly(List.of("[90]"));

            lifter.putIntoSet(3, "{\"reps\":\"AMRAP\",\"tempo\":{\"down\":3,\"phases\":[{\"s\":1}]},\"weight_kg\":50}");
            // null, nothing and no key where a text, an object or a list was
            lifter.put(0, "{\"gym\":null,\"tags\":null,\"matrix\":null,\"description\":null}");
            lifter.put(1, "{\"gym\":{},\"laps\":[],\"tags\":[],\"exercises\":null}");
            lifter.edit(4, workout -> {
                workout.remove(List.of("title", "routine_id", "end_time", "exercises"));
                workout.set("gym", object("{\"name\":null}"));
            });
            assertThat(lifter.runs("extract"))
                    .containsExactlyInAnyOrder(
                            SETS + ": column reps widens from double to varchar",
                            SETS + ": new column tempo__down (bigint), null in older rows",
                            SETS + ": new column tempo__phases (varchar), null in older rows");
            assertThat(List.of(lifter.type("reps"), lifter.type("laps"), lifter.type("steps")))
                    .containsExactly("VARCHAR", "DOUBLE", "VARCHAR");

            lifter.putIntoSet(5, "{\"reps\":12}");
            assertThat(lifter.runs("run")).isEmpty();
            assertThat(lifter.lake("select reps from {" + SETS + "} where reps in ('8.5', 'AMRAP') order by 1"))
                    .containsExactly(List.of("8.5"), List.of("AMRAP"));
        }
    }
}
