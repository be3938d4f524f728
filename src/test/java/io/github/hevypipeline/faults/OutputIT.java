package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.faults.JarProcess.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run writes where: a live line on a terminal, lines with the time elsewhere, JSON if it is asked for. */
@Timeout(600)
class OutputIT {
    private static final String ESCAPE = "\u001b";
    private static final String GREEN = ESCAPE + "[32m";

    @TempDir
    private Path root;

    private JarInstallation installation;
    private JarProcess jar;

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(300));
        jar = installation.jar();
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Test
    void where_there_is_no_terminal_each_line_has_its_time_and_no_control_character() throws Exception {
        Ended ended = jar.run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out() + ended.err()).doesNotContain(ESCAPE, "\r");
        assertThat(ended.complaints()).isEmpty();
        assertThat(ended.err())
                .containsPattern("INFO  extract   workouts: page \\d+ of 30, \\d+ rows landed, [\\d.]+ MB");
        assertThat(ended.out())
                .contains("Pipeline Complete", "Destination: s3://lake/raw/hevy/")
                .containsPattern("\nRequests: +41 to Hevy, \\d+ to S3\n")
                .containsPattern("\nTime: +[\\d.]+ s \\(compile .* s, begin-load .*, extract .*, land .*, transform .*,"
                        + " validate .*, publish .* s\\)\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("slow")
    void on_a_terminal_a_live_line_tells_the_progress_and_tears_no_other_line(boolean launched) throws Exception {
        if (launched) {
            jar.throughLauncher(root.resolve("cache"));
        }
        List<Integer> asked = new ArrayList<>();
        installation.hevy().meetWith((request, truth) -> {
            // Slow responses: the rate is shown only of a load that has taken half a second.
            Await.pass(Duration.ofMillis(150));
            synchronized (asked) {
                asked.add(request.number());
                return asked.size() == 20 ? SimulatedResponse.error(503, "busy") : truth.get();
            }
        });

        Ended ended = onTerminal();

        assertThat(ended.exitCode()).as(ended.out()).isZero();
        String written = ended.out();
        assertThat(written)
                .containsPattern("\u001b\\[\\?7lextract   workouts: page \\d+ of 30.*\u001b\\[\\?7h")
                .containsPattern("pages/s, \\d+ s left")
                .doesNotContain("INFO  extract   workouts: page");
        List<String> screen = screen(written);
        assertThat(screen)
                .contains("Pipeline Complete")
                .anyMatch(line -> line.matches(".* WARN  extract   /v1/.*status 503.*"));
        assertThat(screen)
                .filteredOn(line -> line.contains(" INFO  ") || line.contains(" WARN  "))
                .isNotEmpty()
                .allMatch(line -> line.matches("\\d\\d:\\d\\d:\\d\\d (INFO|WARN)  .*"));
        assertThat(screen).noneMatch(line -> line.matches("(begin-load|extract|land|transform|validate|publish) .*"));
    }

    @Test
    @Tag("slow")
    @Fault(27)
    void on_a_terminal_the_live_line_tells_that_hevy_limits_the_pace_and_when_it_goes_on() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        installation
                .hevy()
                .meetWith((request, truth) -> asked.incrementAndGet() == 20
                        ? SimulatedResponse.error(429, "slow down").withHeader("Retry-After", "2")
                        : truth.get());

        Ended ended = onTerminal();

        assertThat(ended.exitCode()).as(ended.out()).isZero();
        assertThat(ended.out())
                .containsPattern("\u001b\\[\\?7lextract   Hevy's rate limit; continuing in \\d+ m?s, at"
                        + " \\d\\d:\\d\\d:\\d\\d UTC\u001b\\[\\?7h")
                .containsPattern("\nPace: +Hevy refused [1-4] of them \\(429\\); waited 2 s, now at ");
    }

    @Test
    @Tag("slow")
    void colours_are_for_terminals_and_not_if_no_color_is_set() throws Exception {
        assertThat(onTerminal("doctor").out()).contains(GREEN + "✔");
        assertThat(onTerminal("--help").out()).contains(ESCAPE + "[");
        assertThat(jar.under().run("doctor").out()).contains("✔").doesNotContain(ESCAPE);
        jar.with("NO_COLOR", "1");
        assertThat(onTerminal("doctor").out()).contains("✔").doesNotContain(GREEN);
        assertThat(onTerminal("--help").out()).doesNotContain(ESCAPE);
        jar.without("NO_COLOR").with("TERM", "dumb");
        assertThat(onTerminal().out())
                .contains("INFO  extract   workouts: page")
                .doesNotContain(ESCAPE);
    }

    @Test
    @Tag("slow")
    void asked_for_json_each_line_of_the_log_is_an_object_and_none_holds_a_secret() throws Exception {
        Ended done = jar.with("LOG_LEVEL", "DEBUG").run("--log-json");
        Ended failed = jar.without("LOG_LEVEL").with("HEVY_API_KEY", "another").run("extract", "--log-json");

        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out()).contains("Pipeline Complete");
        List<JsonNode> lines = objects(done);
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("timestamp").isIntegralNumber()).isTrue();
            assertThat(line.path("level").asText()).isNotEmpty();
            assertThat(line.path("formattedMessage").asText()).isNotEmpty();
        });
        assertThat(lines)
                .filteredOn(line -> line.path("formattedMessage").asText().contains("workouts: page 30 of 30"))
                .singleElement()
                .satisfies(line -> assertThat(line.path("kvpList").toString()).contains("{\"pages\":", "{\"bytes\":"));
        assertThat(done.err())
                .doesNotContain(JarInstallation.KEY, installation.s3().secretKey());

        assertThat(failed.exitCode()).isEqualTo(2);
        JsonNode last = objects(failed).get(objects(failed).size() - 1);
        assertThat(last.path("level").asText()).isEqualTo("ERROR");
        assertThat(last.path("formattedMessage").asText()).contains("refuses the API key", "Next: ");
        assertThat(last.path("kvpList").toString()).contains("\"exitCode\"", "2");
    }

    @Tag("slow")
    @Test
    void asked_for_json_each_line_of_a_run_has_the_ids_of_run_and_load_whatever_thread_wrote_it() throws Exception {
        Ended done = jar.run("--log-json");

        List<JsonNode> lines = objects(done).stream()
                .filter(line -> line.path("formattedMessage").asText().matches("(extract|land|publish) .*"))
                .toList();
        String load = done.out()
                .lines()
                .filter(line -> line.startsWith("Load: "))
                .findFirst()
                .orElseThrow()
                .substring("Load: ".length())
                .strip();
        assertThat(lines.stream().map(line -> line.path("threadName").asText()).distinct())
                .hasSizeGreaterThan(1);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.at("/mdc/load").asText()).isEqualTo(load));
        assertThat(lines.stream().map(line -> line.at("/mdc/run").asText()).distinct())
                .singleElement()
                .asString()
                .isNotEmpty();
    }

    private static List<JsonNode> objects(Ended ended) throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        for (String line : ended.err().lines().toList()) {
            objects.add(new ObjectMapper().readTree(line));
        }
        assertThat(objects).isNotEmpty();
        return objects;
    }

    /** Standard output and standard error are one terminal, whose bytes are in {@code out}. */
    private Ended onTerminal(String... arguments) throws Exception {
        if (!jar.environment().containsKey("TERM")) {
            jar.with("TERM", "xterm");
        }
        return jar.under("bash", "-c", "script -qefc \"$(printf '%q ' \"$0\" \"$@\")\" /dev/null < /dev/null")
                .run(arguments);
    }

    /** The visible lines in the end, without erased text. */
    private static List<String> screen(String written) {
        return Arrays.stream(written.split("\n"))
                .map(line -> line.substring(line.lastIndexOf("\u001b[2K") < 0 ? 0 : line.lastIndexOf("\u001b[2K") + 4))
                .map(line -> line.replaceAll("\u001b\\[[?\\d;]*[a-zA-Z]|\r", ""))
                .toList();
    }
}
