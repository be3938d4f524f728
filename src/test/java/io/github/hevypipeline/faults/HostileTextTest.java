package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.report.Browser;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.routes.Sql;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Text that means something to a browser, a shell, a spreadsheet, SQL, Camel or a terminal is only text here. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostileTextTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Stands for a lone surrogate, which no JSON writer writes: it is put in on the wire. */
    private static final String LONE_SURROGATE = "(lone surrogate)";

    private static final List<String> HOSTILE = List.of(
            "</script><img src=x onerror=alert(1)>",
            "'; drop table workouts; --",
            "\" union select 1; --",
            "${header.CamelHttpUri} ${env:HEVY_API_KEY} ${bean:loads?method=delete}",
            "{{HEVY_API_KEY}} {{env:HEVY_API_KEY}} {% for x in y %} {{ ref('x') }}",
            "#{systemProperties} #[x] %{x} $(id) `id`",
            "=cmd|' /C calc'!A0",
            "+1-1@SUM(A1)",
            "\u202egnirts\u2066 \u200fRTL\u2069",
            "NUL \0 here",
            "../../x",
            "..\\..\\x",
            "\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b2J",
            "line\r\nINFO a forged line\u2028and\u2029more\u0085",
            "{} {0} %s %n \\u0041 \\",
            LONE_SURROGATE,
            "💪🏽 e\u0301 \ufeff\uffff");

    @TempDir
    static Path folder;

    private Installation installation;
    private Invariants invariants;
    private Output output;

    /** What a command wrote to the terminal. */
    private record Output(ExitCode exitCode, String out, String err) {}

    @BeforeAll
    void runOnce() throws IOException {
        Account account = SimulatedAccount.between(9, LocalDate.of(2026, 1, 1), LocalDate.of(2026, 1, 20));
        installation = new Installation(folder, account).with("PIPELINE_SHOW_LIMIT", "1000");
        invariants = Invariants.of(installation.bucket(), installation.warehouse(), folder.resolve("work"));
        HOSTILE.forEach(text -> account.add(workout(text, text)));
        account.add(workout("x".repeat(500), "a long id"));
        account.add(workout("a/b/../../" + "é".repeat(200), "slashes"));
        List<ObjectNode> templates = new ArrayList<>(
                account.items(Listing.EXERCISE_TEMPLATES).limit(20).toList());
        List<ObjectNode> routines =
                new ArrayList<>(account.items(Listing.ROUTINES).toList());
        for (String text : HOSTILE) {
            ObjectNode template = templates.get(0).deepCopy();
            templates.add(template.put("id", text)
                    .put("title", text)
                    .put("type", text)
                    .put("equipment", text));
            ObjectNode routine = routines.get(0).deepCopy();
            routines.add(routine.put("id", text).put("title", text).put("notes", text));
        }
        account.replaceAll(Listing.EXERCISE_TEMPLATES, templates);
        account.replaceAll(Listing.ROUTINES, routines);
        installation.hevy().meetWith((request, truth) -> truth.get()
                .withBody(body -> body.replace(LONE_SURROGATE, "\\ud83d")));
        output = run();
    }

    @AfterAll
    void stop() throws IOException {
        installation.close();
    }

    /** A workout with the text wherever text can be, and in names of fields, of an object and of a list. */
    private static ObjectNode workout(String id, String text) {
        // A JSON reader accepts a lone surrogate in a value, not in a name.
        String name = text.replace(LONE_SURROGATE, "lone");
        ObjectNode workout = SimulatedAccount.workout(4, LocalDate.of(2026, 2, 2), 1)
                .put("id", id)
                .put("title", text)
                .put("description", text)
                .put("routine_id", text)
                .put(name, text);
        workout.putObject("o" + name).put(name, text);
        workout.putArray("l" + name).addObject().put(name, text);
        workout.putArray("strings").add(text);
        workout.putArray("n".repeat(300) + name).addObject().put("v", text);
        ObjectNode exercise = (ObjectNode) workout.at("/exercises/0");
        exercise.put("title", text).put("notes", text).put("exercise_template_id", text);
        ((ObjectNode) exercise.at("/sets/0"))
                .put("type", text)
                .put("weight_kg", 60)
                .put("f" + name, text);
        return workout;
    }

    private Output run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            return new Output(
                    installation.run(arguments),
                    written.toString(StandardCharsets.UTF_8),
                    logged.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    /** The account as it went over the wire, a lone surrogate being what text can hold of it. */
    private Truth truth() {
        Map<Listing, List<ObjectNode>> lists = new EnumMap<>(Listing.class);
        for (Listing listing : Listing.values()) {
            lists.put(
                    listing,
                    installation
                            .account()
                            .items(listing)
                            .map(HostileTextTest::withReplacement)
                            .toList());
        }
        return Truth.of(Account.of(lists, installation.account().user()));
    }

    private static ObjectNode withReplacement(ObjectNode item) {
        try {
            return (ObjectNode) JSON.readTree(item.toString().replace(LONE_SURROGATE, "\ufffd"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Order(1)
    @Fault(21)
    void isTrueToTheByteInTheRawTablesAndInDailyExercises() {
        assertThat(output.exitCode()).as(output.err()).isEqualTo(ExitCode.DONE);
        invariants.holdFor(truth());
        for (String text : HOSTILE) {
            String hex = HexFormat.of()
                    .withUpperCase()
                    .formatHex(text.replace(LONE_SURROGATE, "\ufffd").getBytes(StandardCharsets.UTF_8));
            assertThat(Sql.query(
                            installation.warehouse(),
                            "select hex(exercise_name), hex(workout_title), hex(set_type), hex(workout_id) from"
                                    + " main_marts.daily_exercises where hex(set_type) = '" + hex + "'"))
                    .as(text)
                    .containsExactly(List.of(hex, hex, hex, hex));
        }
    }

    @Test
    @Order(2)
    @Fault(21)
    void isInertOnATerminal() {
        assertThat(output.out())
                .contains("drop table workouts")
                .doesNotContain(installation.hevy().apiKey());
        assertThat(output.err())
                .contains("has a new value")
                .doesNotContain(installation.hevy().apiKey());
        assertThat(steering(output.out())).isEmpty();
        assertThat(steering(output.err())).isEmpty();
        assertThat(output.err().lines()).noneMatch(line -> line.startsWith("INFO a forged line"));
    }

    @Test
    @Order(2)
    @Fault(21)
    void isInertInWhatShowPrints() {
        Output shown = run("show", "--limit", "1000");

        assertThat(shown.exitCode()).as(shown.err()).isEqualTo(ExitCode.DONE);
        assertThat(shown.out()).contains("\\u001b[31mred", "NUL \\u0000 here", "\\u202e");
        assertThat(steering(shown.out() + shown.err())).isEmpty();
    }

    @Tag("slow")
    @Test
    @Order(2)
    @Fault(21)
    void isInertInTheReportAndShownAsItIs() throws IOException {
        try (Browser browser = Browser.start()) {
            browser.requests();
            browser.open(folder.resolve("report.html"));

            assertThat(browser.requests()).isEmpty();
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.ask("return document.images.length + document.scripts.length"))
                    .as("elements: the data and the script")
                    .isEqualTo(2L);
            browser.click("#workouts button");
            assertThat(browser.texts("#workouts td"))
                    .contains("</script><img src=x onerror=alert(1)>", "'; drop table workouts; --", "../../x");
            assertThat(browser.texts("#exercise option"))
                    .anyMatch(option -> option.startsWith("</script><img src=x onerror=alert(1)>"));
            browser.click("#tab-data");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** The characters that would do something to a terminal. */
    private static List<String> steering(String text) {
        return text.codePoints()
                .filter(point -> point != '\n')
                .filter(point -> Character.isISOControl(point)
                        || (Character.getType(point) == Character.FORMAT && point != 0x200d)
                        || point == 0x2028
                        || point == 0x2029)
                .mapToObj("%04x"::formatted)
                .distinct()
                .toList();
    }

    @Test
    @Order(2)
    @Fault(21)
    void isInertInKeysAndFileNames() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> folder.relativize(file).toString()))
                    .allMatch(name -> name.matches("[A-Za-z0-9_./-]*"));
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("hevy.duckdb", "report.html", "s3", "work");
        }
    }

    @Test
    @Order(3)
    @Fault(21)
    @Tag("slow")
    void isEditedAndDeletedAsAnyOther() {
        installation.account().edit(HOSTILE.get(1), workout -> {
            workout.put("title", "Edited");
            ((ArrayNode) workout.path("exercises")).remove(0);
        });
        installation.account().delete(HOSTILE.get(2));
        installation.account().delete("x".repeat(500));

        assertThat(run().exitCode()).isEqualTo(ExitCode.DONE);

        invariants.holdFor(truth());
    }
}
