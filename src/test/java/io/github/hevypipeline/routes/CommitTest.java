package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.routes.Installation.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A load becomes visible by one conditional create, or not at all, on S3 and in a folder. */
class CommitTest {
    @TempDir
    Path folder;

    private static Account account() {
        return SimulatedAccount.between(5, LocalDate.of(2025, 11, 1), LocalDate.of(2026, 2, 1));
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    @Fault(15)
    void aRunThatLosesTheCommitRemovesItsFilesAndStartsAgainFromTheNewState(Store store) throws IOException {
        try (Installation installation = new Installation(folder, account(), store)) {
            AtomicInteger interruptions = new AtomicInteger();
            installation.hevy().meetWith((request, truth) -> {
                if (request.path().equals("/v1/routines") && interruptions.getAndIncrement() == 0) {
                    installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 2, 2), 1));
                    assertThat(installation.runElsewhere("extract")).isEqualTo(ExitCode.DONE);
                }
                return truth.get();
            });

            assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

            assertThat(installation.lake().faults()).isEmpty();
            assertThat(installation.lake().commits()).isEqualTo(1);
            assertThat(installation.lake().files("_dlt_pipeline_state")).hasSize(1);
            assertThat(installation.lake().query("select count(*) from {workouts}"))
                    .containsExactly(List.of(Integer.toString(
                            installation.account().count(io.github.hevypipeline.demo.Listing.WORKOUTS))));
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void aRunThatLosesEveryCommitGivesUpAndLeavesNothing(Store store) throws IOException {
        try (Installation installation = new Installation(folder, account(), store)) {
            AtomicInteger day = new AtomicInteger(1);
            AtomicInteger inside = new AtomicInteger();
            installation.hevy().meetWith((request, truth) -> {
                boolean ours = inside.get() == 0;
                String page = request.parameter("page").orElse("");
                if (ours && request.path().equals("/v1/workouts/events") && page.equals("1")) {
                    LocalDate date = LocalDate.of(2026, 3, day.getAndIncrement());
                    installation
                            .account()
                            .add(SimulatedAccount.workout(9, date, 1).without(List.of("updated_at", "created_at")));
                }
                if (ours && request.path().equals("/v1/routines") && page.equals("3")) {
                    inside.set(1);
                    assertThat(installation.runElsewhere("extract")).isEqualTo(ExitCode.DONE);
                    inside.set(0);
                }
                return truth.get();
            });

            assertThat(installation.run("extract")).isEqualTo(ExitCode.ANOTHER_RUN_WON);

            assertThat(installation.lake().commits()).isEqualTo(3);
            assertThat(installation.lake().faults()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void everyCommitHasItsRowInTheLoadLogAndItsState(Store store) throws IOException {
        try (Installation installation = new Installation(folder, account(), store)) {
            installation.run("extract");
            installation.account().add(SimulatedAccount.workout(9, LocalDate.of(2026, 2, 2), 1));
            installation.run("extract");

            assertThat(installation
                            .lake()
                            .query(
                                    "select schema_name, status, sequence, l.load_id = s._dlt_load_id, version, engine_version,"
                                            + " pipeline_name from {_dlt_loads} l join {_dlt_pipeline_state} s"
                                            + " on s._dlt_load_id = l.load_id order by sequence"))
                    .containsExactly(
                            List.of("hevy", "0", "1", "true", "1", "1", "hevy_to_s3"),
                            List.of("hevy", "0", "2", "true", "2", "1", "hevy_to_s3"));
            assertThat(installation
                            .lake()
                            .query(
                                    "select count(distinct schema_version_hash), max(load_id) = max(load_id order by sequence)"
                                            + " from {_dlt_loads}"))
                    .containsExactly(List.of("1", "true"));
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void aCommittedFileThatWasDeletedByHandIsWrittenAnewByTheNextRun(Store store) throws IOException {
        try (Installation installation = new Installation(folder, account(), store)) {
            installation.run("extract");
            List<List<String>> before = installation
                    .lake()
                    .query("select * exclude (_dlt_load_id, _dlt_extracted_at) from {workouts} order by id");
            Files.delete(dataset(installation)
                    .resolve(installation.lake().files("workouts__exercises").get(0)));

            assertThat(installation.runElsewhere("transform"))
                    .isEqualTo(store == Store.S3 ? ExitCode.S3 : ExitCode.LOCAL_DISK);
            assertThat(installation.runElsewhere("extract")).isEqualTo(ExitCode.DONE);

            assertThat(installation.lake().faults()).isEmpty();
            assertThat(installation
                            .lake()
                            .query("select * exclude (_dlt_load_id, _dlt_extracted_at) from {workouts} order by id"))
                    .isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    void aCommittedFileThatWasDamagedIsNeverReadAndWrittenAnew(Store store) throws IOException {
        try (Installation installation = new Installation(folder, account(), store)) {
            installation.run("extract");
            Path file = dataset(installation)
                    .resolve(installation.lake().files("routines").get(0));
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);

            assertThat(installation.runElsewhere("extract")).isEqualTo(ExitCode.DONE);

            assertThat(installation.lake().faults()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    @Tag("slow")
    void aStrayFileInTheRawFolderIsNeverRead(Store store) throws IOException {
        try (Installation installation = new Installation(folder, account(), store)) {
            installation.run();
            Files.writeString(dataset(installation).resolve("workouts/stray.parquet"), "not parquet");

            assertThat(installation.runElsewhere()).isEqualTo(ExitCode.DONE);
        }
    }

    private static Path dataset(Installation installation) {
        return installation.bucket().resolve("raw/hevy");
    }
}
