package io.github.hevypipeline.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.FolderLake;
import io.github.hevypipeline.lake.Manifest;
import io.github.hevypipeline.lake.PipelineState;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.rows.ParquetFiles;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommitLogTest {
    private static final DatasetSchema SCHEMA = DatasetSchema.read(Path.of("schemas"));
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456Z");

    @TempDir
    Path folder;

    private final CommitLog log = new CommitLog(SCHEMA);

    private Snapshot commit() {
        CommittedFile file = new CommittedFile("workouts/1.5.2026.parquet", 3, 1000, "aa");
        return new Snapshot(
                7,
                "1795428000.1234560",
                new Manifest(new TreeMap<>(Map.of("workouts", List.of(file)))),
                PipelineState.EMPTY.next(Map.of("workouts", NOW), List.of(), NOW, SCHEMA, Optional.empty()));
    }

    private Snapshot readState(Path state) throws IOException {
        return log.readState(commit(), Files.newInputStream(state), folder.resolve("scratch/s.parquet"));
    }

    @Test
    void a_commit_and_its_state_read_back_as_they_were_written_and_leave_nothing() throws IOException {
        Snapshot commit = commit();
        Path file = folder.resolve("out/commit.parquet");
        Path state = folder.resolve("out/state.parquet");
        log.writeCommit(file, commit, NOW, SCHEMA);
        log.writeState(state, commit, NOW);

        Path scratch = folder.resolve("scratch/c.parquet");
        Snapshot read = log.readState(
                log.readCommit(Files.newInputStream(file), scratch), Files.newInputStream(state), scratch);
        assertThat(read).isEqualTo(commit);
        assertThat(read.state().watermark("workouts")).contains(NOW);
        assertThat(read.state().watermark("routines")).isEmpty();
        assertThat(scratch.getParent()).isEmptyDirectory();
        assertThat(FolderLake.duck("select inserted_at::varchar from '" + file + "'"))
                .containsExactly(List.of("2026-11-23 10:00:00.123456+00"));
    }

    @Test
    void state_of_a_newer_version_is_refused_and_says_to_update() throws IOException {
        Path state = folder.resolve("state.parquet");
        GenericRecord row = new GenericData.Record(SCHEMA.state().avro());
        row.put("version", 1L);
        row.put("engine_version", 2L);
        row.put("pipeline_name", "hevy_to_s3");
        row.put("state", "in a form of the future");
        row.put("created_at", 0L);
        row.put("version_hash", "");
        row.put("_dlt_load_id", "1.5");
        try (ParquetWriter<GenericRecord> writer =
                ParquetFiles.write(state, SCHEMA.state().avro())) {
            writer.write(row);
        }

        assertThatThrownBy(() -> readState(state))
                .isInstanceOfSatisfying(ConfigError.class, error -> {
                    assertThat(error.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
                    assertThat(error.exitCode().number()).isEqualTo(2);
                    assertThat(error.nextStep()).contains("Update hevy-pipeline");
                })
                .hasMessageContaining("format 2")
                .hasMessageContaining("knows 1");
    }

    @Test
    void a_commit_that_is_no_parquet_is_told_from_one_that_could_not_be_fetched() throws IOException {
        Path whole = folder.resolve("commit.parquet");
        log.writeCommit(whole, commit(), NOW, SCHEMA);
        byte[] bytes = Files.readAllBytes(whole);

        for (int length : new int[] {0, 3, bytes.length / 2, bytes.length - 1}) {
            assertThatThrownBy(() -> log.readCommit(
                            new ByteArrayInputStream(bytes, 0, length), folder.resolve("scratch/c.parquet")))
                    .isInstanceOf(DamagedLogException.class);
        }
        assertThat(folder.resolve("scratch")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "_dlt_loads/0000000001.parquet, 1",
        "_dlt_loads/9999999999.parquet, 9999999999",
        "_dlt_loads/0000000000.parquet, 0",
        "_dlt_loads/1.parquet, 0",
        "_dlt_loads/10000000000.parquet, 10000000000",
        "_dlt_loads/00000000001.parquet, 0",
        "_dlt_loads/0000000001.parquet.bak, 0",
        "_dlt_loads/readme.txt, 0",
        "workouts/0000000001.parquet, 0"
    })
    void only_a_name_of_ten_digits_or_a_longer_number_is_a_commit(String key, long sequence) {
        assertThat(CommitLog.sequenceOf(key)).isEqualTo(sequence);
    }

    @ParameterizedTest
    @CsvSource({
        "workouts, ${env:CANARY}/1.5.2026.parquet",
        "workouts, ../../1.5.2026.parquet",
        "workouts, /etc/passwd",
        "workouts, workouts/../1.5.2026.parquet",
        "workouts, routines/1.5.2026.parquet",
        "workouts, _dlt_loads/0000000001.parquet",
        "no_such_table, no_such_table/1.5.2026.parquet",
        "x\"; drop table y; --, workouts/1.5.2026.parquet"
    })
    @Fault(39)
    void a_manifest_that_names_what_is_no_file_of_a_table_is_a_damaged_commit(String table, String path)
            throws IOException {
        Path file = folder.resolve("commit.parquet");
        Path state = folder.resolve("state.parquet");
        Manifest manifest = new Manifest(new TreeMap<>(Map.of(table, List.of(new CommittedFile(path, 1, 1, "aa")))));
        log.writeCommit(file, new Snapshot(7, "1.5", manifest, PipelineState.EMPTY), NOW, SCHEMA);
        log.writeState(state, new Snapshot(7, "1.5", manifest, commit().state()), NOW);
        Path scratch = folder.resolve("scratch/s.parquet");

        assertThatThrownBy(() -> log.readState(
                        log.readCommit(Files.newInputStream(file), scratch), Files.newInputStream(state), scratch))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("its manifest names a ");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"tables\":{\"x;y\":{}}}', a table x;y",
        "'{\"tables\":{\"workouts\":{\"a b\":\"varchar\"}}}', a column a b varchar of workouts",
        "'{\"tables\":{\"workouts\":{\"a\":\"blob\"}}}', a column a blob of workouts",
        "'{\"tables\":{\"${env:CANARY}\":{}}}', a table ${env:CANARY}"
    })
    @Fault(39)
    void a_state_with_names_that_no_table_or_column_can_have_is_damaged(String json, String told) throws IOException {
        Path file = folder.resolve("state.parquet");
        Snapshot commit = commit();
        PipelineState state = new PipelineState(1, new ObjectMapper().readTree(json));
        log.writeState(file, new Snapshot(7, commit.loadId(), commit.manifest(), state), NOW);

        assertThatThrownBy(() -> readState(file))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"${env:CANARY}", "1.5/../2", "", "1", "1e9.5", "1.5\n"})
    @Fault(39)
    void a_commit_of_a_load_id_that_is_none_is_damaged(String loadId) throws IOException {
        Path file = folder.resolve("commit.parquet");
        Snapshot commit = commit();
        log.writeCommit(file, new Snapshot(7, loadId, commit.manifest(), commit.state()), NOW, SCHEMA);

        assertThatThrownBy(() -> log.readCommit(Files.newInputStream(file), folder.resolve("scratch/c.parquet")))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("its load id is");
    }

    @Test
    @Fault(39)
    void a_commit_that_says_another_number_than_its_key_is_damaged() {
        assertThatThrownBy(() -> CommitLog.requireSequence(commit(), 8))
                .isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("commit 8 says that it is commit 7");
    }
}
