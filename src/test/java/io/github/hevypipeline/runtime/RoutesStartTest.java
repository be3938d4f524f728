package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.accounts.AccountStats;
import io.github.hevypipeline.cli.Docs;
import io.github.hevypipeline.cli.Show;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.doctor.Diagnostics;
import io.github.hevypipeline.doctor.Doctor;
import io.github.hevypipeline.report.Terminal;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.Route;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The route files of each command start without the others. */
class RoutesStartTest {
    private static final String TIMER = "start";

    @TempDir
    private Path folder;

    @Test
    void every_route_file_belongs_to_a_command_or_to_a_schedule() throws IOException {
        assertThat(Stream.concat(Command.allRouteFiles().stream(), Stream.of("after")))
                .containsExactlyInAnyOrderElementsOf(allFiles());
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(value = Command.class, mode = EnumSource.Mode.EXCLUDE, names = "WORKER")
    void the_routes_of_a_command_start_without_the_others(Command command) throws Exception {
        try (SimulatedHevy hevy = SimulatedHevy.serve(SimulatedAccount.withWorkouts(7, 1, LocalDate.of(2025, 3, 1)));
                EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("s3"), "lake");
                DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent()
                    .addPropertiesSource(
                            new PipelineRunner(settings(hevy, s3), command, Map.of(), new Signals()).placeholders());
            camel.getRegistry().bind("progress", new Progress(null));
            camel.getRegistry().bind("shown", Show.firstRows(1));
            camel.getRegistry().bind("environment", UnaryOperator.<String>identity());
            camel.getRegistry().bind("accountStats", new AccountStats(Duration.ofDays(1)));
            camel.getRegistry().bind("diagnosis", new Diagnosis("Hevy", "."));
            camel.getRegistry().bind("docs", new Docs(Docs.Format.HTML, folder.resolve("docs.html"), "UTC"));
            Diagnostics checklist = new Diagnostics(Terminal.of(Map.of()), new Diagnosis("Hevy", "."));
            Doctor.beans(checklist, settings(hevy, s3), folder).forEach(camel.getRegistry()::bind);
            List<Resource> files = command.routeFiles().stream()
                    .map(file -> ResourceHelper.resolveResource(camel, "file:routes/" + file + ".camel.yaml"))
                    .toList();
            PluginHelper.getRoutesLoader(camel).loadRoutes(files);
            // Its timer would begin a run.
            camel.getRouteDefinition(TIMER).setAutoStartup("false");

            camel.start();

            assertThat(camel.getRoutes())
                    .extracting(Route::getId)
                    .contains(TIMER)
                    .filteredOn(route -> !route.equals(TIMER))
                    .isNotEmpty()
                    .allSatisfy(route -> assertThat(camel.getRouteController()
                                    .getRouteStatus(route)
                                    .isStarted())
                            .as(route)
                            .isTrue());
            assertThat(hevy.log()).isEmpty();
        }
    }

    private Settings settings(SimulatedHevy hevy, EmbeddedS3 s3) {
        Map<String, String> environment = Map.of(
                "HEVY_API_KEY", hevy.apiKey(),
                "HEVY_BASE_URL", hevy.baseUri().toString(),
                "S3_BUCKET_NAME", "lake",
                "S3_ENDPOINT_URL", s3.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", s3.accessKey(),
                "AWS_SECRET_ACCESS_KEY", s3.secretKey(),
                "DLT_PIPELINE_DIR", folder.resolve("work").toString(),
                "DBT_DUCKDB_PATH", folder.resolve("hevy.duckdb").toString(),
                "HEVY_ACCOUNTS", folder.resolve("accounts.jsonl").toString());
        return Settings.read(environment, Map.of(), folder);
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
