package io.github.hevypipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.faults.FaultProxy;
import io.github.hevypipeline.faults.JarProcess;
import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.faults.JarProcess.Running;
import io.github.hevypipeline.faults.Mishap;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar as its users run it: a process of its own in an empty folder, over HTTP. */
@Timeout(600)
class JarIT {
    private static final String KEY = "5ec2e7ab-1e00-4bad-9d0c-000000000001";
    private static final int WORKOUTS = 12;
    private static final String REPORT = "transformed/report/index.html";

    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    private SimulatedHevy hevy;
    private EmbeddedS3 s3;
    private JarProcess jar;

    @BeforeEach
    void start() throws IOException {
        hevy = SimulatedHevy.of(SimulatedAccount.withWorkouts(7, WORKOUTS, LocalDate.of(2025, 3, 1)))
                .apiKey(KEY)
                .start();
        s3 = EmbeddedS3.start(elsewhere.resolve("s3"), "lake");
        jar = new JarProcess(folder, Files.createDirectories(elsewhere.resolve("logs")));
        jar.with(Map.of(
                "HEVY_API_KEY", KEY,
                "HEVY_BASE_URL", hevy.baseUri().toString(),
                "S3_BUCKET_NAME", "lake",
                "S3_ENDPOINT_URL", s3.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", s3.accessKey(),
                "AWS_SECRET_ACCESS_KEY", s3.secretKey()));
    }

    @AfterEach
    void stop() throws IOException {
        hevy.close();
        s3.close();
    }

    @Test
    void a_run_loads_everything_and_shows_it_and_the_next_one_changes_nothing() throws Exception {
        Ended first = run();

        assertThat(first.exitCode()).as(first.err()).isZero();
        assertThat(first.complaints()).isEmpty();
        assertThat(first.out())
                .contains("Pipeline Complete", "s3://lake/raw/hevy/", "0 failed", "workout_date")
                .containsPattern("\nworkouts +" + WORKOUTS + " +" + WORKOUTS + " +0 +0\n");
        assertThat(folder.resolve("hevy.duckdb")).isNotEmptyFile();
        Map<String, Long> raw = objects("raw");
        assertThat(raw.keySet()).anyMatch(key -> key.startsWith("raw/hevy/workouts__exercises__sets/"));
        assertThat(objects("transformed"))
                .containsOnlyKeys(Stream.concat(
                                Stream.of(REPORT),
                                DbtProject.load(Path.of("transform"), Map.of()).publishedModels().stream()
                                        .map(mart -> "transformed/" + mart + "/" + mart + ".parquet"))
                        .toList());

        Ended second = run();

        assertThat(second.exitCode()).as(second.err()).isZero();
        assertThat(second.out()).contains("(no changes)");
        assertThat(objects("raw")).isEqualTo(raw);

        Ended shown = run("show", "--limit", "3");
        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(shown.out().lines().dropWhile(line -> !line.startsWith("workout_date")))
                .hasSize(5);
        Ended validated = run("validate");
        assertThat(validated.exitCode()).as(validated.err()).isZero();
        assertThat(validated.out()).contains("0 failed");
        Ended transformed = run("transform");
        assertThat(transformed.exitCode()).as(transformed.err()).isZero();
    }

    @Test
    @Tag("slow")
    void a_program_of_the_same_version_that_was_built_again_makes_anew_what_the_other_has_made() throws Exception {
        Path mine = Files.copy(JarProcess.JAR, elsewhere.resolve("mine.jar"));
        jar.through(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", mine.toString());
        assertThat(run().exitCode()).isZero();
        String noted = knownPages();
        Map<String, Long> raw = objects("raw");

        Ended same = run();
        assertThat(same.exitCode()).as(same.err()).isZero();
        assertThat(same.err()).doesNotContain("building the models");
        assertThat(knownPages()).isEqualTo(noted);

        try (FileSystem inside = FileSystems.newFileSystem(mine)) {
            Path checksum = inside.getPath("META-INF", "hevy-pipeline.checksum");
            assertThat(checksum).content().matches("[0-9a-f]{64}");
            Files.writeString(checksum, "that of another build");
        }
        Ended other = run();
        assertThat(other.exitCode()).as(other.err()).isZero();
        assertThat(other.err()).contains("building the models");
        assertThat(knownPages()).isNotEqualTo(noted);
        assertThat(objects("raw")).isEqualTo(raw);
    }

    /** What is noted of the pages that brought nothing new. */
    private String knownPages() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Path note = files.filter(file -> file.endsWith("exercise_templates.known"))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(note);
        }
    }

    @Tag("slow")
    @Test
    void the_page_on_the_tables_is_of_the_project_that_was_edited_and_needs_no_settings() throws Exception {
        jar.withEmptyEnvironment();

        assertThat(run("docs", "--output", "shipped.html").exitCode()).isZero();
        String shipped = "One row per performed set, that is";
        jar.edit("transform/models/marts/daily_exercises.yml", shipped, "One </script> of mine, that is");
        Ended edited = run("docs");

        assertThat(edited.exitCode()).as(edited.err()).isZero();
        assertThat(edited.complaints()).isEmpty();
        assertThat(folder.resolve("shipped.html")).content().contains(shipped, "\"built\":null");
        assertThat(folder.resolve("docs.html"))
                .content()
                .contains("One \\u003c/script> of mine, that is")
                .doesNotContain(shipped);
    }

    @Tag("slow")
    @Test
    void no_secret_is_written_anywhere_at_any_log_level() throws Exception {
        jar.with("LOG_LEVEL", "TRACE");
        List<Ended> runs = new ArrayList<>();
        try (Running running = jar.begin()) {
            running.await("extract");
            String commandLine = Files.readString(Path.of("/proc/" + running.pid() + "/cmdline"));
            assertThat(commandLine).contains("hevy-pipeline.jar").doesNotContain(KEY, s3.secretKey());
            runs.add(running.ended());
        }
        jar.with("S3_BUCKET_NAME", "no-such-bucket");
        runs.add(run());
        jar.with("S3_BUCKET_NAME", "lake");
        hevy.meetWith((request, truth) -> {
            throw new IOException("hang up");
        });
        jar.with("HEVY_BASE_URL", hevy.baseUri() + "/x");
        jar.with("HEVY_RETRY_DELAY", "1ms");
        runs.add(run());
        hevy.meetWith(Intruder.NONE);
        jar.with("HEVY_BASE_URL", hevy.baseUri().toString());
        jar.edit("routes/extract.camel.yaml", "variable.load.fetchedResources", "variable.load.nothing");
        runs.add(run());
        jar.edit("routes/hevy.camel.yaml", "hevy.HevyHttpClient", "hevy.Extraction");
        jar.edit("routes/s3.camel.yaml", "factoryMethod: create", "factoryMethod: created");
        runs.add(run());

        assertThat(runs).extracting(Ended::exitCode).containsExactly(0, 4, 3, 70, 2);
        assertThat(runs).allSatisfy(run -> assertThat(run.out() + run.err()).doesNotContain(KEY, s3.secretKey()));
        assertThat(runs.get(2).err()).contains("DEBUG");
        assertThat(runs.get(3).err()).contains("ERROR Unexpected failure", "\tat ");
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)).hasSizeGreaterThan(5).allSatisfy(file -> assertThat(
                            Files.readString(file, StandardCharsets.ISO_8859_1))
                    .doesNotContain(KEY, s3.secretKey()));
        }
        // Compressed columns hide a text from a search of the bytes.
        Path warehouse = folder.resolve("hevy.duckdb");
        String tables = "select table_schema || '.' || table_name from information_schema.tables";
        assertThat(Sql.query(warehouse, tables)).hasSizeGreaterThan(5).allSatisfy(table -> assertThat(
                        Sql.query(warehouse, "select * from " + table.get(0)).toString())
                .doesNotContain(KEY, s3.secretKey()));
        Set<String> tablesOnS3 = new TreeSet<>(objects("").keySet());
        assertThat(tablesOnS3.remove(REPORT))
                .as("a page, which was read among the files")
                .isTrue();
        assertThat(tablesOnS3).hasSizeGreaterThan(8).allSatisfy(key -> assertThat(
                        Sql.query("select * from read_parquet('" + elsewhere.resolve("s3/lake/" + key) + "')")
                                .toString())
                .doesNotContain(KEY, s3.secretKey()));
    }

    @Test
    void no_aws_credentials_anywhere_end_with_2_and_not_as_a_bug() throws Exception {
        jar.without("AWS_ACCESS_KEY_ID");
        jar.without("AWS_SECRET_ACCESS_KEY");
        jar.with("AWS_EC2_METADATA_DISABLED", "true");
        jar.with("AWS_SHARED_CREDENTIALS_FILE", folder.resolve("none").toString());
        jar.with("AWS_CONFIG_FILE", folder.resolve("none").toString());

        Ended ended = run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.lastLine()).contains("no usable AWS credentials", "AWS_PROFILE");
    }

    @Tag("slow")
    @Test
    void a_wrong_key_ends_with_2_and_says_where_keys_are_made() throws Exception {
        jar.with("HEVY_API_KEY", "another");

        Ended ended = run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.complaints()).hasSize(1);
        assertThat(ended.lastLine()).contains("refuses the API key", "https://hevy.com/settings?developer");
        assertThat(objects("")).isEmpty();
    }

    @Tag("slow")
    @Test
    void a_missing_bucket_ends_with_4_and_names_it() throws Exception {
        jar.with("S3_BUCKET_NAME", "no-such-bucket");

        Ended ended = run();

        assertThat(ended.exitCode()).isEqualTo(4);
        assertThat(ended.complaints()).hasSize(1);
        assertThat(ended.lastLine()).contains("bucket no-such-bucket", "region ap-southeast-2", "Next: Create it");
    }

    @Test
    void without_settings_it_ends_with_2_and_lists_what_is_missing() throws Exception {
        jar.withEmptyEnvironment();

        Ended ended = run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.lastLine()).startsWith("HEVY_API_KEY is missing; no request was sent. Next: Make a key");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void with_a_key_alone_it_keeps_the_lake_in_a_folder_beside_the_database() throws Exception {
        jar.with("S3_BUCKET_NAME", "").with("S3_ENDPOINT_URL", "");

        Ended ended = run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Lake:        lake/hevy/raw/hevy/", " to Hevy, 0 to S3");
        assertThat(folder.resolve("lake/hevy/raw/hevy/_dlt_loads/0000000001.parquet"))
                .exists();
        assertThat(folder.resolve("lake/hevy/transformed/report/index.html")).exists();
    }

    @Test
    void settings_are_read_from_dotenv_in_the_working_directory() throws Exception {
        writeDotenv();
        jar.withEmptyEnvironment();

        assertThat(run("extract").exitCode()).isZero();

        Files.writeString(folder.resolve(".env"), "HEVY_API_KEY " + KEY);
        Ended broken = run("extract");
        assertThat(broken.exitCode()).isEqualTo(2);
        assertThat(broken.complaints()).hasSize(1);
        assertThat(broken.lastLine()).contains(".env", "NAME=value").doesNotContain(KEY);
        assertThat(run("--help").exitCode()).isZero();
    }

    @Tag("slow")
    @Test
    void a_blank_in_the_environment_hides_neither_dotenv_nor_a_default() throws Exception {
        writeDotenv();
        List.copyOf(jar.environment().keySet()).forEach(name -> jar.with(name, " "));
        jar.with("S3_RAW_PREFIX", "").with("HEVY_CONCURRENCY", " ");

        Ended ended = run("extract");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(elsewhere.resolve("s3/lake/raw/hevy/workouts")).isDirectory();
    }

    private void writeDotenv() throws IOException {
        StringBuilder dotenv = new StringBuilder();
        jar.environment().forEach((name, value) -> dotenv.append(name + "=" + value + "\n"));
        Files.writeString(folder.resolve(".env"), dotenv);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "--help"})
    void questions_about_the_program_need_no_settings(String question) throws Exception {
        jar.withEmptyEnvironment();

        Ended ended = run(question);

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).containsPattern("hevy-pipeline (\\d|\\[)").doesNotContain("not packaged");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void an_unknown_command_ends_with_2_and_shows_the_commands() throws Exception {
        Ended ended = run("bogus");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("bogus", "validate");
    }

    @Tag("slow")
    @Test
    @Fault(12)
    void with_a_period_it_stays_up_and_runs_again_until_it_is_terminated() throws Exception {
        jar.with("PIPELINE_PERIOD", "1s");
        try (Running running = jar.begin()) {
            running.await("nothing changed since load");
            assertThat(running.isAlive()).isTrue();

            Ended ended = running.terminate().ended();

            assertThat(ended.exitCode()).isEqualTo(143);
            assertThat(ended.lastLine()).startsWith("Stopped by a signal; ");
        }
    }

    @Test
    @Tag("slow")
    void with_a_period_shorter_than_a_run_the_next_one_waits_for_its_end() throws Exception {
        jar.with("PIPELINE_PERIOD", "200ms");
        hevy.meetWith((request, truth) -> {
            // Longer than the period: in that time no second run may begin.
            Await.pass(Duration.ofMillis(300));
            return truth.get();
        });
        try (Running running = jar.begin()) {
            running.await("nothing changed since load");
            Ended ended = running.terminate().ended();

            assertThat(ended.err()).doesNotContain("ERROR");
            assertThat(ended.err().lines().filter(line -> line.contains("committed load")))
                    .hasSize(1);
        }
    }

    @Tag("slow")
    @Test
    void with_a_period_a_failed_run_is_reported_and_followed_by_the_next() throws Exception {
        jar.with("PIPELINE_PERIOD", "1s");
        hevy.meetWith((request, truth) -> SimulatedResponse.error(401, "no"));
        try (Running running = jar.begin()) {
            running.await("ERROR Hevy refuses the API key");
            hevy.meetWith(Intruder.NONE);
            running.await("publish   published ");
            assertThat(running.err()).doesNotContain("Exception", "\tat ");
        }
    }

    @Tag("slow")
    @Test
    void with_a_period_it_waits_for_an_s3_server_that_is_not_there_yet() throws Exception {
        try (FaultProxy down = FaultProxy.before(s3.endpoint())) {
            down.meetWith(request -> Mishap.RESET);
            jar.with("PIPELINE_PERIOD", "1s")
                    .with("S3_RETRIES", "0")
                    .with("S3_ENDPOINT_URL", down.uri().toString());
            try (Running running = jar.begin()) {
                running.await("ERROR S3 cannot be reached");
                down.meetWith(request -> Mishap.NONE);
                running.await("publish   published ");
            }
        }
    }

    @Test
    void routes_and_models_in_the_working_directory_are_used_instead_of_those_in_the_jar() throws Exception {
        jar.edit("routes/publish.camel.yaml", "message: \"publish ", "message: \"an edited route says so ");
        jar.editLast(
                "transform/models/marts/daily_exercises.sql",
                "select * from",
                "select *, 'edited' as added_by_hand from");

        Ended ended = run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).contains("an edited route says so");
        assertThat(ended.out()).contains("added_by_hand");
    }

    @Test
    @Fault(25)
    void a_route_file_broken_by_hand_ends_with_2_and_names_file_and_line() throws Exception {
        jar.edit("routes/publish.camel.yaml", "- setBody:", "- setBoddy:");

        Ended ended = run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.complaints()).hasSize(1);
        assertThat(ended.lastLine())
                .contains("routes/publish.camel.yaml, line ", "setBoddy", "Next: Correct that file");
        assertThat(hevy.log()).isEmpty();
    }

    @Test
    void a_route_file_that_is_missing_ends_with_2_and_is_named() throws Exception {
        jar.copy("routes");
        Files.delete(folder.resolve("routes/land.camel.yaml"));

        Ended ended = run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.lastLine()).contains("routes/land.camel.yaml");
    }

    @Test
    @Fault(25)
    void a_model_broken_by_hand_ends_with_2_names_the_file_and_publishes_nothing() throws Exception {
        jar.editLast("transform/models/marts/daily_exercises.sql", "select * from", "selekt * from");

        Ended ended = run();

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.complaints()).as(ended.err()).hasSize(1);
        assertThat(ended.lastLine()).contains("daily_exercises.sql", "Next: ");
        assertThat(folder.resolve("hevy.duckdb")).doesNotExist();
        assertThat(objects("transformed")).isEmpty();
    }

    @Test
    void the_jar_holds_the_program_and_its_declarations_and_nothing_of_the_demo() throws IOException {
        try (JarFile jar = new JarFile(JarProcess.JAR.toFile())) {
            List<String> names = jar.stream().map(ZipEntry::getName).toList();

            assertThat(names)
                    .contains(
                            "application.properties",
                            "routes/pipeline.camel.yaml",
                            "schemas/resources.yaml",
                            "transform/dbt_project.yml",
                            "transform/models/marts/daily_exercises.sql",
                            "io/github/hevypipeline/Main.class")
                    .noneMatch(name -> name.startsWith("io/github/hevypipeline/demo/"))
                    .noneMatch(name -> name.startsWith("org/gaul/"))
                    .noneMatch(name -> name.endsWith(".SHA-256"))
                    .noneMatch(name -> name.startsWith("org/apache/hadoop/"))
                    .noneMatch(name -> name.equals(".env") || name.endsWith("/.env"));
        }
    }

    private Ended run(String... arguments) throws Exception {
        return jar.run(arguments);
    }

    /** The objects below a prefix with the times they were written. */
    private Map<String, Long> objects(String prefix) throws IOException {
        Path bucket = elsewhere.resolve("s3/lake");
        Map<String, Long> objects = new TreeMap<>();
        if (Files.exists(bucket.resolve(prefix))) {
            try (Stream<Path> files = Files.walk(bucket.resolve(prefix))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    objects.put(
                            bucket.relativize(file).toString(),
                            Files.getLastModifiedTime(file).toMillis());
                }
            }
        }
        return objects;
    }
}
