package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.duckdb.DuckDBDriver;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands of {@code docs/howto} run as they stand, and see every row, on disk and on S3.
 *
 * <p>{@code .ci/howto} makes the Python that they need. Only the bucket's name and the S3 server's address are replaced.
 */
@Tag("howto")
@Timeout(600)
class HowToIT {
    private static final Path PAGES = Path.of("docs/howto");
    private static final PythonEnvironment PYTHON = PythonEnvironment.of("howto");

    @TempDir
    private static Path folder;

    private static Installation installation;
    private static Path home;
    private static URI s3;

    /** The lake has grown a column and widened another since its first load, in a workout of the oldest year. */
    @BeforeAll
    static void loadTwice() throws IOException {
        Account account = SimulatedAccount.withWorkouts(7, 300, LocalDate.of(2026, 4, 1));
        installation = new Installation(folder, account);
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        String oldest = account.items(Listing.WORKOUTS)
                .reduce((newer, older) -> older)
                .orElseThrow()
                .path("id")
                .asText();
        account.edit(oldest, workout -> ((ObjectNode) workout.at("/exercises/0/sets/0"))
                .put("duration_seconds", 1.5)
                .put("felt", "light"));
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        s3 = URI.create(installation.settings().get("S3_ENDPOINT_URL"));
        home = Files.createDirectory(folder.resolve("home"));
        Files.createSymbolicLink(home.resolve("hevy.duckdb"), installation.warehouse());
        Files.createSymbolicLink(Files.createDirectory(home.resolve("lake")).resolve("hevy"), installation.bucket());
        PYTHON.installHttpfs(home);
    }

    @AfterAll
    static void stop() throws IOException {
        installation.close();
    }

    @Test
    void all_files_of_a_table_have_the_same_columns_and_types() {
        List<List<String>> files =
                Sql.query("select string_agg(concat_ws(' ', name, type, logical_type), ', ' order by name)"
                        + " from parquet_schema('" + installation.bucket()
                        + "/raw/hevy/workouts__exercises__sets/*.parquet') where type is not null group by file_name");

        assertThat(files).hasSizeGreaterThan(1).containsOnly(files.get(0));
        assertThat(files.get(0).get(0)).contains("duration_seconds DOUBLE", "felt BYTE_ARRAY");
    }

    @Test
    void the_command_line_of_duckdb_reads_the_database_and_the_files() throws Exception {
        String printed = run("bash", "-euo", "pipefail", script("duckdb", "sh"));

        assertThat(printed).satisfies(text -> sees(text, raw(), 3), text -> sees(text, mart(), 2));
    }

    @Test
    void a_client_by_jdbc_finds_the_tables_and_reads_them() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path driver = Path.of(DuckDBDriver.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String printed = run(java.toString(), "-cp", driver.toString(), script("dbeaver", "java"));

        assertThat(printed)
                .contains("daily_exercises.workout_date DATE")
                .satisfies(text -> sees(text, raw(), 2), text -> sees(text, mart(), 1));
    }

    @Test
    void pandas_and_polars_read_the_files() throws Exception {
        String printed = run(PYTHON.program("python"), script("pandas", "python"));

        assertThat(printed).satisfies(text -> sees(text, raw(), 4), text -> sees(text, mart(), 2));
    }

    @Test
    void spark_reads_the_files() throws Exception {
        String printed = run(PYTHON.program("python"), script("spark", "python"));

        assertThat(printed).satisfies(text -> sees(text, raw(), 3), text -> sees(text, mart(), 1));
    }

    @Test
    void spark_understands_what_is_written_for_athena() throws Exception {
        String printed = run(
                PYTHON.program("spark-sql"),
                "--packages=org.apache.hadoop:hadoop-aws:3.3.4",
                "--conf=spark.hadoop.fs.s3.impl=org.apache.hadoop.fs.s3a.S3AFileSystem",
                "--conf=spark.hadoop.fs.s3a.endpoint=" + s3,
                "--conf=spark.hadoop.fs.s3a.endpoint.region=us-east-1",
                "--conf=spark.hadoop.fs.s3a.path.style.access=true",
                "-f",
                script("athena", "sql"));

        assertThat(printed).satisfies(text -> sees(text, raw(), 1), text -> sees(text, mart(), 1));
    }

    @Test
    void the_dashboard_of_streamlit_draws_a_page() throws Exception {
        String page = script("streamlit", "python");
        String printed = run(
                PYTHON.program("python"),
                "-c",
                "from streamlit.testing.v1 import AppTest; page = AppTest.from_file('" + page + "', default_timeout=60)"
                        + ".run(); print(page.exception, [title.value for title in page.title],"
                        + " len(page.dataframe[0].value) > 0)");

        assertThat(printed).contains("ElementList() ['Hard sets a week'] True");
    }

    @ParameterizedTest
    @ValueSource(strings = {"duckdb", "pandas", "spark", "athena", "streamlit"})
    void a_page_begins_with_the_installation_of_the_versions_that_are_tried_here(String page) throws IOException {
        List<String> tried = Files.readAllLines(Path.of("src/test/howto/requirements.txt"));
        String text = Files.readString(PAGES.resolve(page + ".md"));

        assertThat(text.substring(text.indexOf("```"))).as("its first block").startsWith("```sh\npip install ");
        assertThat(matches("([a-z0-9-]+==[0-9.]+)", text)).isNotEmpty().isSubsetOf(tried);
        assertThat(matches("(?m)^pip install (.*)$", text).stream()
                        .flatMap(packages ->
                                Stream.of(packages.replaceAll(" *#.*", "").split(" "))))
                .as("each package with its version")
                .allMatch(tried::contains);
    }

    /** A file with all blocks of a page in a language, one after another. */
    private static String script(String page, String language) throws IOException {
        String text = Files.readString(PAGES.resolve(page + ".md"))
                .replace("my-hevy-lake", Installation.BUCKET)
                .replace("127.0.0.1:9000", s3.getAuthority());
        List<String> blocks = matches("(?s)```" + language + "\n(.*?)```", text);
        assertThat(blocks).as("blocks of " + language).isNotEmpty();
        Path script = home.resolve(page + "." + language);
        return Files.writeString(script, String.join("\n", blocks)).toString();
    }

    private static String run(String... command) throws Exception {
        Path output = Files.createTempFile(home, "output", ".txt");
        ProcessBuilder program = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        program.environment()
                .putAll(Map.of(
                        "HOME", home.toString(),
                        "PATH", PYTHON.bin() + ":" + System.getenv("PATH"),
                        "AWS_ENDPOINT_URL", s3.toString()));
        Stream.of("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
                .forEach(name ->
                        program.environment().put(name, installation.settings().get(name)));

        int exitCode = program.start().waitFor();

        String printed = Files.readString(output);
        assertThat(exitCode).as(printed).isZero();
        return printed;
    }

    private static void sees(String printed, String number, int times) {
        assertThat(matches("\\b(" + number + ")\\b", printed)).as(printed).hasSize(times);
    }

    private static String raw() {
        return count("hevy_raw.workouts__exercises__sets");
    }

    private static String mart() {
        return count("main_marts.daily_exercises");
    }

    private static String count(String table) {
        return Sql.query(installation.warehouse(), "select count(*) from " + table)
                .get(0)
                .get(0);
    }

    private static List<String> matches(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toList());
    }
}
