package io.github.hevypipeline.lake.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.Manifest;
import io.github.hevypipeline.lake.PipelineState;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.rows.ParquetFiles;
import io.github.hevypipeline.lake.rows.ParquetRows;
import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.TableSchema;
import io.github.hevypipeline.report.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Locale;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetWriter;

/**
 * Writes and reads the two tables that describe loads: {@code _dlt_loads}, whose objects are the commits, and
 * {@code _dlt_pipeline_state}.
 *
 * <p>Immutable and thread-safe. One object has one row.
 */
public final class CommitLog {
    public static final String LOADS = "_dlt_loads";
    public static final String STATE = "_dlt_pipeline_state";

    private static final String SCHEMA_NAME = "hevy";
    private static final String PIPELINE_NAME = "hevy_to_s3";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_SHOWN = 120;

    private final DatasetSchema schema;

    public CommitLog(DatasetSchema schema) {
        this.schema = schema;
    }

    /** The path of a commit; at least ten digits, so that names sort as numbers. */
    public static String commitPath(long sequence) {
        return LOADS + "/" + digits(sequence) + ".parquet";
    }

    static String digits(long sequence) {
        return String.format(Locale.ROOT, "%010d", sequence);
    }

    public static String statePath(String loadId) {
        return STATE + "/" + loadId + ".parquet";
    }

    /** The sequence in a commit's path, or 0 if the path is of something else. */
    static long sequenceOf(String path) {
        return DatasetPath.of(path).map(DatasetPath::sequence).orElse(0L);
    }

    public void writeCommit(Path file, Snapshot commit, Instant insertedAt, DatasetSchema tables) throws IOException {
        GenericRecord row = new GenericData.Record(schema.loads().avro());
        row.put("load_id", commit.loadId());
        row.put("schema_name", SCHEMA_NAME);
        row.put("status", 0L);
        row.put("inserted_at", micros(insertedAt));
        row.put("schema_version_hash", tables.versionHash());
        row.put("sequence", commit.sequence());
        row.put("manifest", commit.manifest().toJson());
        write(file, schema.loads(), row);
    }

    public void writeState(Path file, Snapshot commit, Instant createdAt) throws IOException {
        String state = JSON.writeValueAsString(commit.state().json());
        GenericRecord row = new GenericData.Record(schema.state().avro());
        row.put("version", commit.state().version());
        row.put("engine_version", PipelineState.ENGINE_VERSION);
        row.put("pipeline_name", PIPELINE_NAME);
        row.put("state", state);
        row.put("created_at", micros(createdAt));
        row.put("version_hash", Base64.getEncoder().encodeToString(Sha256.of(state.getBytes(StandardCharsets.UTF_8))));
        row.put("_dlt_load_id", commit.loadId());
        write(file, schema.state(), row);
    }

    /**
     * A commit without its state, which {@link #readState} adds.
     *
     * @throws DamagedLogException if the object is no commit
     */
    public Snapshot readCommit(InputStream bytes, Path scratch) throws IOException {
        GenericRecord row = readOnlyRow(bytes, scratch);
        try {
            String loadId = row.get("load_id").toString();
            if (!DatasetPath.isLoadId(loadId)) {
                throw new IllegalArgumentException("its load id is " + shown(loadId));
            }
            Manifest manifest = Manifest.parse(row.get("manifest").toString());
            manifest.requireSound();
            return new Snapshot((Long) row.get("sequence"), loadId, manifest, PipelineState.EMPTY);
        } catch (IllegalArgumentException e) {
            throw new DamagedLogException(e.getMessage(), e);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new DamagedLogException("it is no commit", e);
        }
    }

    /**
     * Requires that a commit is the one that its key says.
     *
     * @throws DamagedLogException if it is another
     */
    public static Snapshot requireSequence(Snapshot commit, long sequence) throws DamagedLogException {
        if (commit.sequence() != sequence) {
            throw new DamagedLogException("commit " + sequence + " says that it is commit " + commit.sequence(), null);
        }
        return commit;
    }

    /**
     * Adds its state to a commit; to a lost commit only the account.
     *
     * @throws ConfigError if the state is of a newer version
     * @throws DamagedLogException if it is none, or of another load
     */
    public Snapshot readState(Snapshot commit, InputStream bytes, Path scratch) throws IOException {
        GenericRecord row = readOnlyRow(bytes, scratch);
        try {
            requireKnownVersion((Long) row.get("engine_version"));
            if (commit.isLost()) {
                return commit.withAccountOf(
                        new PipelineState(0, JSON.readTree(row.get("state").toString())));
            }
            if (!commit.loadId().equals(row.get("_dlt_load_id").toString())) {
                throw new DamagedLogException("it is the state of another load", null);
            }
            PipelineState state = new PipelineState(
                    (Long) row.get("version"), JSON.readTree(row.get("state").toString()));
            requireNames(state);
            requireTables(commit.manifest(), state);
            state.requireSound(schema);
            return new Snapshot(commit.sequence(), commit.loadId(), commit.manifest(), state);
        } catch (PipelineException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new DamagedLogException(e.getMessage(), e);
        } catch (JsonProcessingException | RuntimeException e) {
            throw new DamagedLogException("it is no state", e);
        }
    }

    private static void requireKnownVersion(long engineVersion) {
        if (engineVersion > PipelineState.ENGINE_VERSION) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The lake's state was written by a newer version of hevy-pipeline (format " + engineVersion
                            + ", this one knows " + PipelineState.ENGINE_VERSION + ").",
                    "Update hevy-pipeline; nothing was changed.");
        }
    }

    /** What the state calls tables and columns gets into paths and SQL. */
    private static void requireNames(PipelineState state) {
        state.tables().properties().forEach(table -> {
            if (!DatasetPath.isTable(table.getKey())) {
                throw new IllegalArgumentException("it names a table " + shown(table.getKey()));
            }
            table.getValue().properties().forEach(column -> {
                String type = column.getValue().asText();
                if (!DatasetPath.isColumn(column.getKey()) || !ColumnType.isSqlName(type)) {
                    throw new IllegalArgumentException(
                            "it names a column " + shown(column.getKey() + " " + type) + " of " + table.getKey());
                }
            });
        });
    }

    /** What the manifest calls tables gets into SQL; that there are such tables, the state says. */
    private void requireTables(Manifest manifest, PipelineState state) {
        for (String table : manifest.tables().keySet()) {
            if (!schema.tables().containsKey(table) && !state.tables().has(table)) {
                throw new IllegalArgumentException(
                        "its manifest names a table " + shown(table) + ", which there is not");
            }
        }
    }

    private static String shown(String text) {
        return TerminalText.of(text, MAX_SHOWN);
    }

    private static void write(Path file, TableSchema schema, GenericRecord row) throws IOException {
        Files.createDirectories(file.getParent());
        try (ParquetWriter<GenericRecord> writer = ParquetFiles.write(file, schema.avro())) {
            writer.write(row);
        }
    }

    private static GenericRecord readOnlyRow(InputStream bytes, Path scratch) throws IOException {
        Files.createDirectories(scratch.getParent());
        try (bytes) {
            Files.copy(bytes, scratch, StandardCopyOption.REPLACE_EXISTING);
        }
        try (ParquetRows reader = ParquetFiles.read(scratch)) {
            GenericRecord row = reader.read();
            if (row == null) {
                throw new DamagedLogException("it has no row", null);
            }
            return row;
        } catch (DamagedLogException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // How Parquet says that a file is none.
            throw new DamagedLogException(e.getMessage(), e);
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
