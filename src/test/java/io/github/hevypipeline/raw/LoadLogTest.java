package io.github.hevypipeline.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
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

class LoadLogTest {
    private static final DatasetSchema SCHEMA = DatasetSchema.read(Path.of("schemas"));
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456Z");

    @TempDir
    Path folder;

    private final LoadLog log = new LoadLog(SCHEMA);

    private Committed commit() {
        CommittedFile file = new CommittedFile("workouts/1.5.2026.parquet", 3, 1000, "aa");
        return new Committed(
                7,
                "1795428000.1234560",
                new Manifest(new TreeMap<>(Map.of("workouts", List.of(file)))),
                PipelineState.EMPTY.next(Map.of("workouts", NOW), List.of(), NOW, SCHEMA, Optional.empty()));
    }

    private Committed readState(Path state) throws IOException {
        return log.readState(commit(), Files.newInputStream(state), folder.resolve("scratch/s.parquet"));
    }

    @Test
    void a_commit_and_its_state_read_back_as_they_were_written_and_leave_nothing() throws IOException {
        Committed commit = commit();
        Path file = folder.resolve("out/commit.parquet");
        Path state = folder.resolve("out/state.parquet");
        log.writeCommit(file, commit, NOW, SCHEMA);
        log.writeState(state, commit, NOW);

        Path scratch = folder.resolve("scratch/c.parquet");
        Committed read = log.readState(
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
        "_dlt_loads/00000000001.parquet, 0",
        "_dlt_loads/0000000001.parquet.bak, 0",
        "_dlt_loads/readme.txt, 0",
        "workouts/0000000001.parquet, 0"
    })
    void only_a_ten_digit_name_is_a_commit(String key, long sequence) {
        assertThat(LoadLog.sequenceOf(key)).isEqualTo(sequence);
    }
}
