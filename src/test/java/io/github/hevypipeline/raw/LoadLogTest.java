package io.github.hevypipeline.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.s3.model.S3Object;

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
                PipelineState.EMPTY.next(List.of("workouts"), NOW, SCHEMA));
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
    void a_commit_that_is_no_parquet_ended_as_a_bug_of_the_program() throws IOException {
        Path whole = folder.resolve("commit.parquet");
        log.writeCommit(whole, commit(), NOW, SCHEMA);
        byte[] bytes = Files.readAllBytes(whole);

        for (int length : new int[] {0, 3, bytes.length / 2, bytes.length - 1}) {
            assertThatThrownBy(() -> log.readCommit(
                            new ByteArrayInputStream(bytes, 0, length), folder.resolve("scratch/c.parquet")))
                    .isInstanceOfSatisfying(SystemError.class, error -> assertThat(error.exitCode())
                            .isEqualTo(ExitCode.S3));
        }
        assertThat(folder.resolve("scratch")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "raw/hevy/_dlt_loads/0000000001.parquet, 1",
        "raw/hevy/_dlt_loads/9999999999.parquet, 9999999999",
        "raw/hevy/_dlt_loads/0000000000.parquet, 0",
        "raw/hevy/_dlt_loads/1.parquet, 0",
        "raw/hevy/_dlt_loads/00000000001.parquet, 0",
        "raw/hevy/_dlt_loads/0000000001.parquet.bak, 0",
        "raw/hevy/_dlt_loads/readme.txt, 0",
        "raw/hevy/workouts/0000000001.parquet, 0"
    })
    void only_a_ten_digit_name_is_a_commit(String key, long sequence) {
        assertThat(LoadLog.sequenceOf(key)).isEqualTo(sequence);
    }

    private static CommitListing listing() {
        return new CommitListing(new Destination("bucket", "raw", "transformed", ""));
    }

    private static List<S3Object> answer(String... keys) {
        return Arrays.stream(keys)
                .map(key -> S3Object.builder().key("raw/hevy/_dlt_loads/" + key).build())
                .toList();
    }

    @Test
    void the_listing_goes_on_until_an_answer_is_empty_and_ends_at_the_newest_commit() {
        CommitListing listing = listing();
        assertThat(listing.getRequest().prefix()).isEqualTo("raw/hevy/_dlt_loads/");
        assertThat(listing.getRequest().marker()).isNull();

        listing.add(answer("0000000001.parquet", "0000000002.parquet"));
        assertThat(listing.isUnfinished()).isTrue();
        assertThat(listing.getRequest().marker()).isEqualTo("raw/hevy/_dlt_loads/0000000002.parquet");
        listing.add(answer("0000000010.parquet", "zzz.parquet"));
        listing.add(List.of());

        assertThat(listing.isUnfinished()).isFalse();
        assertThat(listing.getNewestKey()).isEqualTo("raw/hevy/_dlt_loads/0000000010.parquet");
    }

    @Test
    void without_a_commit_there_is_no_newest_one() {
        CommitListing listing = listing();
        listing.add(answer("readme.txt"));
        listing.add(List.of());

        assertThat(listing.getNewestKey()).isNull();
    }

    @Test
    void a_copy_of_the_log_in_a_folder_below_it_was_taken_for_the_newest_commit() {
        CommitListing listing = listing();
        listing.add(answer("0000000001.parquet", "copy/_dlt_loads/0000000099.parquet"));

        assertThat(listing.getNewestKey()).isEqualTo("raw/hevy/_dlt_loads/0000000001.parquet");
    }
}
