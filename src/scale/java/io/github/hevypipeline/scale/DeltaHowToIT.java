package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess;
import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The blocks of {@code docs/howto/delta.md} run as they stand, and see every row and no deleted one.
 *
 * <p>{@code .ci/scale-env} makes the Python that they need. Only the bucket, the server's address and the keys are replaced.
 */
@Timeout(600)
class DeltaHowToIT {
    private static final Path PAGE = Path.of("docs/howto/delta.md");
    private static final Path PYTHON = Path.of("target/spark").toAbsolutePath();

    @TempDir
    private static Path folder;

    private static ManyAccounts hevy;
    private static ScaleJar jar;
    private static ThriftServer spark;

    /** Workouts are edited and deleted after they were merged, so that the files have rows that are gone. */
    @BeforeAll
    static void mergeTwice() throws Exception {
        hevy = new ManyAccounts();
        List<Tenant> tenants = hevy.addUneven(8);
        jar = new ScaleJar(folder, hevy);
        spark = new ThriftServer(folder.resolve("spark"), jar.s3());
        JarProcess process = jar.process("worker").with("TRANSFORM_JDBC_URL", spark.url());
        run(process);
        tenants.forEach(Tenant::deleteOldest);
        tenants.forEach(tenant -> tenant.editNewest("Edited"));
        run(process);
        Path extensions = folder.resolve(".duckdb/extensions");
        try (Stream<Path> files = Files.walk(PYTHON.resolve("lib"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".duckdb_extension"))
                    .toList()) {
                Path installed = extensions
                        .resolve(file.getParent().getFileName())
                        .resolve(platform())
                        .resolve(file.getFileName());
                Files.createDirectories(installed.getParent());
                Files.copy(file, installed);
            }
        }
    }

    @AfterAll
    static void stop() throws IOException {
        spark.close();
        jar.close();
        hevy.close();
    }

    private static void run(JarProcess process) throws Exception {
        for (String command : List.of("accounts", "merge")) {
            JarProcess.Ended ended = process.run(command);
            assertThat(ended.exitCode()).as(ended.err()).isZero();
        }
    }

    private static String platform() throws Exception {
        return python("import duckdb; print(duckdb.sql('pragma platform').fetchone()[0])")
                .strip();
    }

    private static long sets() {
        return hevy.tenants().stream()
                .mapToLong(tenant ->
                        tenant.truth().rows("workouts__exercises__sets").size())
                .sum();
    }

    @Test
    void spark_reads_all_accounts() throws SQLException, IOException {
        for (String block : blocks("Spark", "sql")) {
            for (String statement : block.replace("my-hevy-lake", "lake").split(";", -1)) {
                if (!statement.isBlank()) {
                    List<Map<String, Object>> rows = spark.rows(statement);
                    if (rows.get(0).containsKey("sets")) {
                        assertThat(rows).containsExactly(Map.of("sets", sets()));
                    } else {
                        assertThat(rows).hasSize((int) hevy.tenants().stream()
                                .filter(tenant -> !tenant.workouts().isEmpty())
                                .count());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Polars", "pandas", "DuckDB"})
    void a_library_of_python_reads_all_accounts(String section) throws Exception {
        String script = String.join("\n", blocks(section, "python"))
                .replace("my-hevy-lake", "lake")
                .replace("127.0.0.1:9000", jar.s3().endpoint().getAuthority())
                .replace("your-key-id", jar.s3().accessKey())
                .replace("your-secret", jar.s3().secretKey());

        assertThat(python(script)).containsPattern("\\b" + sets() + "\\b");
    }

    @Test
    void the_page_begins_with_the_installation_of_the_versions_that_are_tried_here() throws IOException {
        List<String> tried = Files.readAllLines(Path.of("src/test/howto/requirements-delta.txt"));

        assertThat(matches("([a-z0-9-]+==[0-9.]+)", Files.readString(PAGE)))
                .isNotEmpty()
                .isSubsetOf(tried);
    }

    private static List<String> blocks(String section, String language) throws IOException {
        String text = Files.readString(PAGE);
        int begin = text.indexOf("\n## " + section + "\n");
        assertThat(begin).as("the section " + section).isNotNegative();
        int end = text.indexOf("\n## ", begin + 1);
        List<String> blocks =
                matches("(?s)```" + language + "\n(.*?)```", text.substring(begin, end < 0 ? text.length() : end));
        assertThat(blocks).as("blocks of " + language).isNotEmpty();
        return blocks;
    }

    private static String python(String script) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder program = new ProcessBuilder(PYTHON.resolve("bin/python").toString(), "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        program.environment()
                .putAll(Map.of(
                        "HOME", folder.toString(),
                        "AWS_ENDPOINT_URL", jar.s3().endpoint().toString(),
                        "AWS_ALLOW_HTTP", "true",
                        "AWS_ACCESS_KEY_ID", jar.s3().accessKey(),
                        "AWS_SECRET_ACCESS_KEY", jar.s3().secretKey(),
                        "AWS_DEFAULT_REGION", "us-east-1"));

        int exitCode = program.start().waitFor();

        String printed = Files.readString(output);
        assertThat(exitCode).as(printed).isZero();
        return printed;
    }

    private static List<String> matches(String regex, String text) {
        return Pattern.compile(regex)
                .matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }
}
