package io.github.hevypipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** An installation with a small account, loaded once for a class of tests that only read. */
abstract class LoadedInstallation {
    static final int WORKOUTS = 12;

    @TempDir
    static Path folder;

    static Installation installation;

    @TempDir
    Path exports;

    @BeforeAll
    static void load() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(4, WORKOUTS, LocalDate.of(2026, 5, 1)));
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
    }

    @AfterAll
    static void stop() throws IOException {
        installation.close();
    }
}
