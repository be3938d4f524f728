package io.github.hevypipeline.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.cli.CapturedOutput;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.faults.FaultProxy;
import io.github.hevypipeline.faults.LocalPort;
import io.github.hevypipeline.faults.Mishap;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor runs every check, names each fault with the next step, and changes nothing. */
class DoctorTest {
    private static final List<String> ALL = List.of(
            "settings",
            "proxy",
            "truststore",
            "temporary files",
            "key",
            "Hevy",
            "S3",
            "credentials",
            "region",
            "bucket",
            "s3:ListBucket",
            "s3:PutObject",
            "conditional PUT",
            "s3:GetObject",
            "s3:DeleteObject",
            "transformed",
            "last load",
            "account",
            "clock",
            "work folder",
            "DuckDB folder",
            "DuckDB file");

    @TempDir
    private Path folder;

    private Installation installation;
    private SimulatedHevy hevy;
    private FaultProxy proxy;
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(4, 12, LocalDate.of(2026, 5, 1)));
        hevy = installation.hevy();
        settings.putAll(installation.settings());
        proxy = FaultProxy.before(URI.create(settings.get("S3_ENDPOINT_URL")));
        settings.put("S3_ENDPOINT_URL", proxy.uri().toString());
        settings.put("S3_RETRIES", "0");
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        installation.close();
    }

    @Test
    void before_the_first_run_all_is_green_but_what_is_yet_to_be_made() throws IOException {
        Found found = examine();

        assertThat(found.exitCode()).as(found.text()).isEqualTo(ExitCode.DONE);
        assertThat(found.lines().keySet()).containsExactlyElementsOf(ALL);
        assertThat(found.marked("–")).containsExactly("last load", "DuckDB file");
        assertThat(found.marked("✘")).isEmpty();
        assertThat(found.line("key")).contains("Hevy counts 12 workouts");
        assertThat(files()).isEmpty();
    }

    @Tag("slow")
    @Test
    void after_a_run_it_tells_what_is_there_and_changes_nothing() throws IOException {
        assertThat(Main.run(new String[] {"run"}, settings)).isEqualTo(ExitCode.DONE);
        Map<String, Object> before = files();

        Found found = examine();

        assertThat(found.exitCode()).as(found.text()).isEqualTo(ExitCode.DONE);
        assertThat(found.marked("✔")).containsExactlyElementsOf(ALL);
        assertThat(found.line("last load")).contains("12 workouts", " sets").containsPattern("\\d+\\.\\d+, .* ago");
        assertThat(found.line("DuckDB file")).contains("hevy.duckdb opens");
        assertThat(files()).isEqualTo(before);
        assertThat(proxy.log()).anySatisfy(entry -> {
            assertThat(entry.request().method()).isEqualTo("PUT");
            assertThat(entry.status()).isEqualTo(412);
        });
    }

    @Test
    void the_limits_that_hevy_names_are_shown() {
        hevy.meetWith((request, truth) -> truth.get()
                .withHeader("X-RateLimit-Remaining", "58")
                .withHeader("ratelimit-policy", "60;w=60\u001b[31m"));

        assertThat(examine().line("Hevy"))
                .contains("X-RateLimit-Remaining: 58", "ratelimit-policy: 60;w=60")
                .doesNotContain("\u001b");
    }

    @Tag("slow")
    @Test
    @Fault(27)
    void the_rate_of_the_last_run_is_shown() {
        assertThat(examine().line("Hevy")).endsWith("pace of the last run: not limited");
        AtomicInteger asked = new AtomicInteger();
        hevy.meetWith((request, truth) ->
                asked.incrementAndGet() == 2 ? SimulatedResponse.error(429, "slow down") : truth.get());
        assertThat(Main.run(new String[] {"extract"}, settings)).isEqualTo(ExitCode.DONE);

        assertThat(examine().line("Hevy"))
                .containsPattern(
                        "pace of the last run: [\\d.]+ requests/s, as Hevy refused a request \\(429\\) .* ago");
    }

    @Test
    void a_wrong_key_is_red_and_everything_else_is_checked() {
        settings.put("HEVY_API_KEY", "another");

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(found.marked("✘")).containsExactly("key");
        assertThat(found.line("key")).contains("refuses the API key", "Next: Make a new key at https://hevy.com");
        assertThat(found.lines().keySet()).containsExactlyElementsOf(ALL);
        assertThat(found.lastLine()).isEqualTo("1 of 19 checks is red. Next: See its line.");
    }

    @Tag("slow")
    @Test
    @Fault(28)
    void a_key_of_another_account_than_the_lake_is_red_with_both_accounts() {
        assertThat(Main.run(new String[] {"extract"}, settings)).isEqualTo(ExitCode.DONE);
        assertThat(examine().line("account"))
                .startsWith("✔")
                .contains(hevy.account().user().path("id").asText(), "so does the lake");
        hevy.meetWith((request, truth) -> request.path().equals("/v1/user/info")
                ? SimulatedResponse.json(200, "{\"data\":{\"id\":\"another\",\"name\":\"alex\"}}")
                : truth.get());

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(found.marked("✘")).containsExactly("account");
        assertThat(found.line("account"))
                .contains(hevy.account().user().path("id").asText(), "alex (another)", "Next: Set the key");
    }

    @Test
    void settings_that_are_missing_are_red_and_what_does_not_need_them_is_checked() {
        settings.remove("HEVY_API_KEY");
        settings.put("HEVY_RETRIES", "many");

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(found.text()).contains("HEVY_API_KEY is missing.", "HEVY_RETRIES is not a whole number");
        assertThat(found.line("s3:PutObject")).startsWith("✔");
        assertThat(found.lines()).doesNotContainKeys("key", "Hevy").containsKeys("s3:DeleteObject", "DuckDB folder");
        assertThat(hevy.log()).isEmpty();
    }

    @Tag("slow")
    @Test
    void without_any_good_setting_the_disk_is_checked_all_the_same() {
        settings.keySet().removeIf(name -> name.matches("HEVY_.*|S3_.*|AWS_.*"));
        settings.put("DUCKDB_THREADS", "none");
        settings.put("LAKE_PATH", folder.resolve("lake").toString());

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(found.marked("✘")).containsExactly("settings");
        assertThat(found.lines())
                .containsKeys("proxy", "truststore", "temporary files", "clock", "DuckDB folder", "lake folder")
                .doesNotContainKeys("Hevy", "bucket", "s3:PutObject");
        assertThat(found.line("work folder")).startsWith("✔");
    }

    @Test
    void a_hevy_that_cannot_be_reached_is_red_at_once_and_s3_is_checked() throws IOException {
        try (LocalPort closed = LocalPort.closed()) {
            settings.put("HEVY_BASE_URL", closed.url());

            Found found = examine();

            assertThat(found.exitCode()).isEqualTo(ExitCode.HEVY_API);
            assertThat(found.marked("✘")).containsExactly("Hevy");
            assertThat(found.line("s3:DeleteObject")).startsWith("✔");
        }
    }

    @Test
    void an_address_that_is_not_hevys_is_red() {
        hevy.meetWith((request, truth) -> SimulatedResponse.of(200).withBody(body -> "<html>Welcome</html>"));

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(found.line("Hevy")).startsWith("✘").contains("Check HEVY_BASE_URL");
    }

    @Test
    void a_missing_bucket_is_red_and_what_needs_it_is_not_tried() {
        settings.put("S3_BUCKET_NAME", "no-such-bucket");

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.S3);
        assertThat(found.marked("✘")).containsExactly("bucket");
        assertThat(found.line("bucket")).contains("does not exist", "no-such-bucket", "Next: Create it");
        assertThat(found.line("s3:PutObject")).startsWith("–");
        assertThat(found.lines().keySet()).containsExactlyElementsOf(ALL);
        assertThat(proxy.log()).extracting(entry -> entry.request().method()).containsOnly("GET");
    }

    @Test
    void wrong_credentials_are_red_before_anything_is_said_of_the_bucket() {
        settings.put("AWS_SECRET_ACCESS_KEY", "wrong");

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(found.marked("✘")).containsExactly("credentials");
        assertThat(found.line("bucket")).startsWith("–");
        assertThat(found.text()).doesNotContain("wrong");
    }

    @Test
    void a_wrong_region_is_red_with_the_right_one() {
        try (SimulatedHevy aws = SimulatedHevy.serve(hevy.account())) {
            aws.meetWith((request, truth) -> SimulatedResponse.of(301)
                    .withHeader("x-amz-bucket-region", "eu-west-1")
                    .withHeader("Content-Type", "application/xml")
                    .withBody(body -> "<Error><Code>PermanentRedirect</Code><Message>m</Message></Error>"));
            settings.put("S3_ENDPOINT_URL", aws.baseUri().toString());

            Found found = examine();

            assertThat(found.exitCode()).isEqualTo(ExitCode.S3);
            assertThat(found.marked("✘")).containsExactly("region");
            assertThat(found.line("region"))
                    .contains("The bucket is in eu-west-1, not in us-east-1.", "Set AWS_DEFAULT_REGION=eu-west-1.");
        }
    }

    @Test
    void an_s3_that_cannot_be_reached_is_red() throws IOException {
        try (LocalPort closed = LocalPort.closed()) {
            settings.put("S3_ENDPOINT_URL", closed.url());

            Found found = examine();

            assertThat(found.exitCode()).isEqualTo(ExitCode.S3);
            assertThat(found.marked("✘")).containsExactly("S3");
            assertThat(found.line("DuckDB folder")).startsWith("✔");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,    s3:PutObject,    s3:PutObject",
        "GET,    s3:GetObject,    s3:GetObject",
        "DELETE, s3:DeleteObject, s3:DeleteObject",
        "LIST,   s3:ListBucket,   s3:ListBucket"
    })
    void a_permission_that_is_denied_is_red_and_named_and_the_others_are_tried(
            String denied, String check, String permission) throws IOException {
        proxy.meetWith(request -> {
            boolean list = request.query().contains("prefix");
            String kind = list ? "LIST" : request.method();
            return kind.equals(denied) ? Mishap.respond(403, "AccessDenied") : Mishap.NONE;
        });

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.S3);
        assertThat(found.marked("✘")).contains(check).isSubsetOf(check, "transformed", "last load");
        assertThat(found.line(check)).contains("AccessDenied", permission, "README.md has the policy");
        assertThat(found.lines().keySet()).containsExactlyElementsOf(ALL);
        if (denied.equals("DELETE")) {
            assertThat(found.line(check)).containsPattern("The probe raw/hevy/_doctor/.* is still there");
        } else {
            assertThat(files()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,    ✘, AccessDenied",
        "LIST,   ✔, list is denied",
        "DELETE, ✔, could not be deleted",
        "NONE,   ✔, list and put are allowed"
    })
    void what_is_denied_on_the_transformed_prefix_alone_is_named_and_red_if_nothing_can_be_published(
            String denied, String mark, String text) {
        proxy.meetWith(request -> {
            String where = request.path() + "?" + request.query();
            String kind = request.query().contains("prefix") ? "LIST" : request.method();
            return kind.equals(denied) && where.contains("transformed")
                    ? Mishap.respond(403, "AccessDenied")
                    : Mishap.NONE;
        });

        Found found = examine();

        assertThat(found.line("transformed")).startsWith(mark).contains(text);
        assertThat(found.marked("✘")).isSubsetOf("transformed");
    }

    @Tag("slow")
    @Test
    void a_server_that_overwrites_despite_the_condition_is_red() {
        List<Integer> puts = new ArrayList<>();
        proxy.meetWith(request -> {
            if (request.method().equals("PUT")) {
                puts.add(request.number());
            }
            return puts.size() == 2 && request.method().equals("PUT") ? Mishap.respond(200, "OK") : Mishap.NONE;
        });

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.S3);
        assertThat(found.line("conditional PUT")).startsWith("✘").contains("ignores If-None-Match");
        assertThat(found.line("s3:DeleteObject")).startsWith("✔");
    }

    @Test
    @Fault(40)
    void a_server_that_cannot_do_conditional_writes_is_red_before_the_first_load() throws IOException {
        proxy.meetWith(
                request -> request.method().equals("PUT") && request.path().contains("/raw/")
                        ? Mishap.respond(501, "NotImplemented")
                        : Mishap.NONE);

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.S3);
        assertThat(found.marked("✘")).containsExactly("conditional PUT");
        assertThat(found.line("conditional PUT"))
                .contains(
                        "The S3 server cannot do conditional writes (If-None-Match)",
                        proxy.uri().toString());
        assertThat(found.line("s3:PutObject")).startsWith("–");
        assertThat(found.lines().keySet()).containsExactlyElementsOf(ALL);
        assertThat(files()).isEmpty();
    }

    @Test
    @Fault(40)
    void a_server_that_refuses_to_overwrite_in_its_own_words_is_green() {
        AtomicInteger puts = new AtomicInteger();
        proxy.meetWith(request ->
                request.method().equals("PUT") && request.path().contains("/raw/") && puts.incrementAndGet() == 2
                        ? Mishap.respond(409, "ObjectAlreadyExists")
                        : Mishap.NONE);

        Found found = examine();

        assertThat(found.exitCode()).as(found.text()).isEqualTo(ExitCode.DONE);
        assertThat(found.line("conditional PUT")).startsWith("✔");
        assertThat(puts).hasValue(2);
    }

    @Test
    void a_put_whose_response_is_lost_leaves_no_probe() throws IOException {
        proxy.meetWith(request -> request.method().equals("PUT") ? Mishap.LOSE_RESPONSE : Mishap.NONE);

        Found found = examine();

        assertThat(found.marked("✘")).containsExactly("s3:PutObject", "transformed");
        assertThat(found.exitCode()).isEqualTo(ExitCode.S3);
        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PT-1H, 1 h ahead of Hevy's, ✘", "PT2H30S, 2 h behind Hevy's, ✘", "PT-20S, 20 s ahead of Hevy's, ✔"})
    void a_clock_that_is_minutes_off_is_red(Duration offset, String said, String mark) {
        hevy.meetWith((request, truth) -> truth.get()
                .withHeader(
                        "Date",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                ZonedDateTime.now(ZoneOffset.UTC).plus(offset))));

        Found found = examine();

        assertThat(found.line("clock")).startsWith(mark).containsPattern(said.replaceFirst("^(\\d+)", "\\\\d+"));
        assertThat(found.exitCode()).isEqualTo(mark.equals("✘") ? ExitCode.S3 : ExitCode.DONE);
    }

    @Test
    void a_clock_that_s3_refuses_is_red() {
        proxy.meetWith(request -> Mishap.respond(403, "RequestTimeTooSkewed"));

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.S3);
        assertThat(found.line("clock")).startsWith("✘").contains("RequestTimeTooSkewed", "Set the clock");
        assertThat(found.lines().keySet()).containsExactlyElementsOf(ALL);
    }

    @Test
    void a_folder_that_cannot_be_written_is_red_with_its_reason() throws IOException {
        settings.put(
                "DLT_PIPELINE_DIR",
                Files.writeString(folder.resolve("taken"), "").toString());
        settings.put("DBT_DUCKDB_PATH", "/proc/hevy.duckdb");

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(found.marked("✘")).containsExactly("work folder", "DuckDB folder");
        assertThat(found.line("work folder"))
                .contains(folder.resolve("taken").toString(), "Next: Make room there or allow writing");
        assertThat(found.line("DuckDB folder")).contains("/proc");
    }

    @Test
    void a_disk_that_is_full_is_red() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeThat(status("mount", "-t", "tmpfs", "-o", "size=64k", "none", small.toString()))
                .as("may mount a file system")
                .isZero();
        try {
            settings.put("DLT_PIPELINE_DIR", small.toString());
            Found little = examine();
            Files.write(small.resolve("ballast"), new byte[64 * 1024]);
            Found full = examine();

            assertThat(List.of(little, full)).allSatisfy(found -> {
                assertThat(found.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
                assertThat(found.marked("✘")).containsExactly("work folder");
                assertThat(found.line("work folder")).contains("Next: Make room there");
            });
            assertThat(full.line("work folder")).containsIgnoringCase("no space left");
        } finally {
            assertThat(status("umount", small.toString())).isZero();
        }
    }

    @Test
    void a_duckdb_file_that_is_none_is_red() throws IOException {
        Files.writeString(folder.resolve("hevy.duckdb"), "a text that is no database, and long enough to be read");

        Found found = examine();

        assertThat(found.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(found.marked("✘")).containsExactly("DuckDB file");
    }

    @Test
    void no_secret_is_shown() {
        settings.put("AWS_SECRET_ACCESS_KEY", "secret-of-s3");

        Found found = examine();

        assertThat(found.text() + found.lastLine()).doesNotContain("secret-of-s3", hevy.apiKey());
    }

    /** What the doctor printed, line by line. */
    private record Found(ExitCode exitCode, String text, Map<String, String> lines, String lastLine) {
        List<String> marked(String mark) {
            return lines.entrySet().stream()
                    .filter(line -> line.getValue().startsWith(mark))
                    .map(Map.Entry::getKey)
                    .toList();
        }

        String line(String check) {
            assertThat(lines).containsKey(check);
            return lines.get(check);
        }
    }

    private Found examine() {
        CapturedOutput output = CapturedOutput.of(() -> Main.run(new String[] {"doctor"}, settings));
        Map<String, String> lines = new LinkedHashMap<>();
        output.out().lines().forEach(line -> {
            assertThat(line).matches("[✔✘–] .+");
            lines.put(line.substring(2, 18).strip(), line);
        });
        String lastLine = output.err().lines().reduce((first, second) -> second).orElse("");
        return new Found(output.exitCode(), output.out(), lines, lastLine);
    }

    /** Every file of the bucket and of the person, with when it was written. */
    private Map<String, Object> files() throws IOException {
        Map<String, Object> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.getLastModifiedTime(file));
            }
        }
        return files;
    }

    private static int status(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }
}
