package io.github.hevypipeline.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every route file starts, all together for a run and with fewer for the other commands. */
class RoutesStartTest {
    @TempDir
    private Path folder;

    @Test
    void a_run_takes_every_route_file_there_is() throws IOException {
        assertThat(Command.RUN.routeFiles()).containsExactlyInAnyOrderElementsOf(allFiles());
    }

    @ParameterizedTest
    @EnumSource(Command.class)
    void the_routes_of_a_command_start_without_the_others(Command command) throws Exception {
        assertStarted(command.routeFiles());
    }

    private void assertStarted(List<String> files) throws Exception {
        try (SimulatedHevy hevy = SimulatedHevy.serve(SimulatedAccount.withWorkouts(7, 1, LocalDate.of(2025, 3, 1)));
                EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), "lake");
                DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().setInitialProperties(properties(hevy, s3));
            List<Resource> resources = files.stream()
                    .map(file -> ResourceHelper.resolveResource(camel, "file:routes/" + file + ".camel.yaml"))
                    .toList();
            PluginHelper.getRoutesLoader(camel).loadRoutes(resources);

            camel.start();

            assertThat(camel.getRoutes()).isNotEmpty().extracting(Route::getId).allSatisfy(route -> assertThat(
                            camel.getRouteController().getRouteStatus(route).isStarted())
                    .as(route)
                    .isTrue());
            assertThat(hevy.log()).isEmpty();
        }
    }

    /** The defaults with two servers, and no step to take. */
    private Properties properties(SimulatedHevy hevy, EmbeddedS3 s3) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(Path.of("application.properties"))) {
            properties.load(in);
        }
        properties.putAll(Map.of(
                "HEVY_API_KEY", hevy.apiKey(),
                "HEVY_BASE_URL", hevy.baseUri().toString(),
                "S3_BUCKET_NAME", "lake",
                "S3_ENDPOINT_URL", s3.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", s3.accessKey(),
                "AWS_SECRET_ACCESS_KEY", s3.secretKey(),
                "AWS_SESSION_TOKEN", "",
                "DLT_PIPELINE_DIR", folder.resolve("work").toString(),
                "DBT_DUCKDB_PATH", folder.resolve("hevy.duckdb").toString()));
        properties.putAll(Map.of(
                "PIPELINE_RUNS", "1",
                "PIPELINE_TIMER_PERIOD", "1000",
                "FETCHED_RESOURCES", "workouts",
                "BUILD_ALWAYS", "false",
                "STEP_EXTRACT", "false",
                "STEP_TRANSFORM", "false",
                "STEP_VALIDATE_ONLY", "false",
                "STEP_SHOW", "false"));
        return properties;
    }

    private static List<String> allFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".camel.yaml"))
                    .map(name -> name.replace(".camel.yaml", ""))
                    .sorted()
                    .toList();
        }
    }
}
