package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.routes.Sql;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was published stays as it is, byte for byte, when a data test fails or a project was broken by hand. */
@Timeout(600)
class BuildFaultsIT {
    @TempDir
    private Path root;

    @Tag("slow")
    @Test
    @Fault({24, 25})
    void a_failing_test_and_a_broken_project_publish_nothing_and_say_what_is_wrong() throws Exception {
        try (JarInstallation installation = new JarInstallation(root, JarInstallation.account(12))) {
            JarProcess jar = installation.jar();
            Ended good = jar.run();
            assertThat(good.exitCode()).as(good.err()).isZero();
            List<String> published = published(installation);
            String heavy = Sql.value(
                    installation.warehouse(), "select count(*) from main_marts.daily_exercises where reps > 8");

            jar.copy("transform");
            Path test = installation.folder().resolve("transform/tests/nobody_lifts_more_than_eight_times.sql");
            Files.writeString(test, "select * from {{ ref('daily_exercises') }} where reps > 8");
            Ended failed = jar.run("transform");

            assertThat(failed.exitCode()).as(failed.err()).isEqualTo(1);
            assertThat(failed.lastLine())
                    .contains("A data test failed: nobody_lifts_more_than_eight_times (" + heavy + " rows in ")
                    .contains("Nothing was published. Next: Look at the rows with DBT_DUCKDB_PATH=");
            assertThat(published(installation)).isEqualTo(published);
            assertThat(Sql.value(
                            installation.folder().resolve("hevy.duckdb.next"),
                            "select count(*) from main_dbt_test__audit.nobody_lifts_more_than_eight_times"))
                    .isEqualTo(heavy);

            Files.delete(test);
            Path marts = installation.folder().resolve("transform/models/marts");
            Files.writeString(marts.resolve("hen.sql"), "select *\nfrom {{ ref('egg') }}");
            Files.writeString(marts.resolve("egg.sql"), "select *\nfrom {{ ref('hen') }}");
            installation.hevy().forgetLog();
            Ended cyclic = jar.run();

            assertThat(cyclic.exitCode()).as(cyclic.err()).isEqualTo(2);
            assertThat(cyclic.complaints()).hasSize(1);
            assertThat(cyclic.lastLine()).contains("models/marts/", ".sql, line 2", "egg -> hen -> egg");
            assertThat(installation.hevy().log())
                    .as("stops before anything is contacted")
                    .isEmpty();
            assertThat(published(installation)).isEqualTo(published);
        }
    }

    @Test
    void a_test_that_a_yml_file_lets_warn_stops_nothing() throws Exception {
        try (JarInstallation installation = new JarInstallation(root, JarInstallation.account(12))) {
            JarProcess jar = installation.jar();
            jar.copy("transform");
            Path tests = installation.folder().resolve("transform/tests");
            Files.writeString(
                    tests.resolve("nobody_lifts_more_than_eight_times.sql"),
                    "select * from {{ ref('daily_exercises') }} where reps > 8");
            Files.writeString(tests.resolve("tests.yml"), """
                    data_tests:
                      - name: nobody_lifts_more_than_eight_times
                        description: Eight is enough.
                        config: {severity: warn}
                    """);

            Ended warned = jar.run();
            assertThat(warned.exitCode()).as(warned.err()).isZero();
            assertThat(warned.out()).contains(" 1 warned, 0 failed");
            assertThat(warned.err() + warned.out()).contains("nobody_lifts_more_than_eight_times");

            Ended docs = jar.run("docs");
            assertThat(docs.exitCode()).as(docs.err()).isZero();
            assertThat(installation.folder().resolve("docs.html")).content().contains("Eight is enough.");
        }
    }

    /** The checksums of what readers see. */
    private static List<String> published(JarInstallation installation) throws Exception {
        List<Path> readable = new ArrayList<>(
                List.of(installation.warehouse(), installation.warehouse().resolveSibling("report.html")));
        try (Stream<Path> transformed = Files.walk(installation.bucket().resolve("transformed"))) {
            transformed.filter(Files::isRegularFile).sorted().forEach(readable::add);
        }
        assertThat(readable).hasSizeGreaterThan(3);
        List<String> checksums = new ArrayList<>();
        for (Path file : readable) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            checksums.add(HexFormat.of().formatHex(digest));
        }
        return checksums;
    }
}
