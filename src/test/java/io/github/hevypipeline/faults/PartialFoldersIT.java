package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A folder of declarations that is copied in part, or broken, ends a command with 2 and the file. */
@Timeout(120)
class PartialFoldersIT {
    private static final Map<String, String> SETTINGS = Map.of(
            "HEVY_API_KEY", JarInstallation.KEY,
            "HEVY_BASE_URL", "http://127.0.0.1:1",
            "S3_BUCKET_NAME", "lake",
            "S3_ENDPOINT_URL", "http://127.0.0.1:1",
            "AWS_ACCESS_KEY_ID", "nobody",
            "AWS_SECRET_ACCESS_KEY", "nobody");

    @TempDir
    private Path root;

    @Test
    @Fault(55)
    void what_is_missing_of_routes_and_schemas_is_named_at_once() throws Exception {
        JarProcess jar = jar().copy("routes").copy("schemas");
        Files.delete(folder().resolve("routes/land.camel.yaml"));
        Files.delete(folder().resolve("routes/errors.camel.yaml"));
        Files.delete(folder().resolve("schemas/routines__exercises.avsc"));

        assertRefused(
                jar.run(),
                "routes/land.camel.yaml is missing",
                "routes/errors.camel.yaml is missing",
                "schemas/routines__exercises.avsc is missing");
    }

    @Test
    @Fault(55)
    void a_resource_without_a_schema_is_refused_with_the_file_that_is_missing() throws Exception {
        JarProcess jar = jar().copy("schemas");
        Path catalog = folder().resolve("schemas/resources.yaml");
        Files.writeString(catalog, """
                goals:
                  path: /v1/goals
                  list_key: goals
                  page_size: 10
                  primary_key: id
                  write_disposition: replace
                """, StandardOpenOption.APPEND);

        assertRefused(jar.run("extract"), "schemas/goals.avsc is missing", "no request was sent");

        Files.delete(folder().resolve("schemas/workouts__exercises.avsc"));

        assertRefused(
                jar.run("extract"),
                "schemas/goals.avsc is missing",
                "schemas/workouts__exercises.avsc is missing",
                "2 settings or files are invalid");
    }

    @Test
    @Fault(55)
    void a_folder_without_its_first_file_is_not_left_aside_in_silence() throws Exception {
        JarProcess jar = jar();
        Files.createDirectories(folder().resolve("routes"));
        Files.copy(Path.of("routes/extract.camel.yaml"), folder().resolve("routes/extract.camel.yaml"));
        Files.createDirectories(folder().resolve("transform/macros"));
        Files.copy(Path.of("transform/macros/score.sql"), folder().resolve("transform/macros/score.sql"));

        assertRefused(jar.run(), "routes/ here has extract.camel.yaml but no pipeline.camel.yaml");

        Files.delete(folder().resolve("routes/extract.camel.yaml"));

        assertRefused(jar.run("transform"), "transform/ here has macros/score.sql but no dbt_project.yml");
    }

    @Test
    @Fault(55)
    void properties_that_cannot_be_read_are_named() throws Exception {
        Files.createDirectories(folder());
        Files.writeString(folder().resolve("application.properties"), "S3_RAW_PREFIX=\\uXYZ\n");

        assertRefused(jar().run(), "application.properties cannot be read");
    }

    private static void assertRefused(Ended ended, String... words) {
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.err()).contains(words).contains("Next: ").doesNotContain("\tat ");
    }

    private Path folder() {
        return root.resolve("folder");
    }

    private JarProcess jar() throws Exception {
        return new JarProcess(Files.createDirectories(folder()), Files.createDirectories(root.resolve("logs")))
                .with(SETTINGS);
    }
}
