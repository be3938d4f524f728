package io.github.hevypipeline.lake.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Manifest;
import io.github.hevypipeline.lake.PipelineState;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.internal.FileCache;
import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnStatsTest {
    private static final String SETS = "workouts__exercises__sets";
    private static final DatasetSchema SCHEMA = DatasetSchema.read(Path.of("schemas"));

    @TempDir
    Path folder;

    /** A commit whose only table has these reps, and the local copy of its file. */
    private ColumnStats committed(Long... reps) throws IOException {
        List<GenericRecord> rows = new ArrayList<>();
        for (Long number : reps) {
            GenericRecord row = new GenericData.Record(SCHEMA.table(SETS).avro());
            row.put("reps", number);
            row.put("_dlt_id", "a");
            row.put("_dlt_parent_id", "b");
            row.put("_dlt_root_id", "c");
            row.put("_dlt_list_idx", 0L);
            rows.add(row);
        }
        try (StagedParquetWriter files = new StagedParquetWriter(folder, "1.5", SCHEMA)) {
            files.add(SETS, "2026", rows);
            CommittedFile file = files.finish().get(SETS).get(0).file();
            Manifest manifest = new Manifest(new TreeMap<>(Map.of(SETS, List.of(file))));
            return new ColumnStats(new Snapshot(1, "1.5", manifest, PipelineState.EMPTY), new FileCache(folder));
        }
    }

    /** What a column of these committed numbers becomes when a fraction comes. */
    private static ColumnType widened(ColumnStats committed) throws IOException {
        SchemaDrift drift = new SchemaDrift();
        drift.need(SETS, "reps", ColumnType.DOUBLE);
        drift.roundNothing(SCHEMA, committed);
        return drift.needed().get(SETS).get("reps");
    }

    @Test
    void a_committed_number_beyond_the_doubles_was_rounded_when_its_column_widened() throws IOException {
        assertThat(widened(committed(5L, null, 9_007_199_254_740_993L))).isEqualTo(ColumnType.VARCHAR);
        assertThat(widened(committed(-9_007_199_254_740_993L, 5L))).isEqualTo(ColumnType.VARCHAR);
    }

    @Test
    void numbers_that_have_a_double_each_become_doubles() throws IOException {
        assertThat(widened(committed(5L, null, 9_007_199_254_740_992L))).isEqualTo(ColumnType.DOUBLE);
        assertThat(widened(committed((Long) null))).isEqualTo(ColumnType.DOUBLE);
        assertThat(widened(committed())).isEqualTo(ColumnType.DOUBLE);
    }

    @Test
    void a_lost_file_has_no_say_since_its_rows_come_anew() throws IOException {
        ColumnStats committed = committed(9_007_199_254_740_993L);
        Files.delete(
                committed.cache().path(committed.committed().manifest().files().get(0)));

        assertThat(widened(committed)).isEqualTo(ColumnType.DOUBLE);
    }
}
