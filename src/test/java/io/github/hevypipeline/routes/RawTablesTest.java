package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Invariants;
import io.github.hevypipeline.faults.Truth;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API sent is what every raw table holds, value for value. */
class RawTablesTest {
    @TempDir
    private Path folder;

    @Test
    void holdWhatTheApiSentOfTheDemoAccount() throws IOException {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");

        loadAndCompare(SimulatedAccount.demo(InstantSource.fixed(now)));
    }

    @Test
    void holdWhatTheApiSentOfARecordedAccount() throws IOException {
        loadAndCompare(Account.fromPages(Path.of("src/test/resources/golden/n200/api"), InstantSource.system()));
    }

    private void loadAndCompare(Account account) throws IOException {
        try (Installation installation = new Installation(folder, account)) {
            assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

            Invariants.of(installation.bucket(), installation.warehouse(), folder.resolve("work"))
                    .rawTablesHold(Truth.of(account));
            assertThat(installation.lake().queryCommitted("select count(*) from {workouts__exercises__sets}"))
                    .isEqualTo(installation.lake().query("select count(*) from {workouts__exercises__sets}"));
            assertThat(installation.lake().columns("workouts__exercises__sets"))
                    .containsAllEntriesOf(Map.of("reps", "BIGINT", "weight_kg", "DOUBLE", "type", "VARCHAR"));
            assertThat(installation.lake().columns("exercise_templates"))
                    .containsAllEntriesOf(Map.of("secondary_muscle_groups", "VARCHAR[]", "is_custom", "BOOLEAN"));
        }
    }
}
