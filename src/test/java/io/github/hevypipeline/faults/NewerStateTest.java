package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lake that a newer version of the program has written to. */
class NewerStateTest {
    @TempDir
    private Path folder;

    @Fault(26)
    @Test
    void a_state_of_a_newer_version_is_refused_before_anything_is_fetched_or_changed()
            throws IOException, SQLException {
        try (ProxiedInstallation installation = new ProxiedInstallation(
                        folder, SimulatedAccount.withWorkouts(5, 6, LocalDate.of(2026, 6, 10)))
                .with("HEVY_RESOURCES", "workouts")) {
            assertThat(installation.run().exitCode()).isEqualTo(ExitCode.DONE);
            makeStateNewer(installation);
            installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 6, 12), 1));
            Map<String, String> objects = installation.lake().objects();
            byte[] published = Files.readAllBytes(installation.warehouse());
            int requests = installation.hevy().log().size();

            for (String command : new String[] {"run", "extract", "transform"}) {
                ProxiedInstallation.Run run = installation.run(command);

                assertThat(run.exitCode()).as(run.toString()).isEqualTo(ExitCode.CONFIGURATION);
                assertThat(run.lastLine())
                        .contains("newer version of hevy-pipeline (format 1000", "Next: Update hevy-pipeline");
            }

            assertThat(installation.hevy().log()).hasSize(requests);
            assertThat(installation.lake().objects()).isEqualTo(objects);
            assertThat(installation.warehouse()).hasBinaryContent(published);
        }
    }

    private static void makeStateNewer(ProxiedInstallation installation) throws IOException, SQLException {
        Path state = installation
                .bucket()
                .resolve("raw/hevy")
                .resolve(installation.lake().files("_dlt_pipeline_state").get(0));
        Path newer = installation.folder().resolve("newer.parquet");
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("copy (select * replace (1000::bigint as engine_version) from '" + state + "') to '"
                    + newer + "' (format parquet, compression zstd)");
        }
        Files.move(newer, state, StandardCopyOption.REPLACE_EXISTING);
    }
}
