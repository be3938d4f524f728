package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.lake.rows.ZstdCodecs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.PlainReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of a lake as any reader finds them, against the contract that is written down here once more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawContractTest {
    private static final String CONTRACT = """
            workouts: id varchar, title varchar, routine_id varchar, description varchar, start_time timestamp, \
            end_time timestamp, created_at timestamp, updated_at timestamp | ROOT
            workouts__exercises: index bigint, title varchar, notes varchar, exercise_template_id varchar, \
            superset_id bigint, supersets_id bigint | CHILD
            workouts__exercises__sets: index bigint, type varchar, weight_kg double, reps bigint, \
            distance_meters double, duration_seconds bigint, rpe double, custom_metric double | CHILD
            exercise_templates: id varchar, title varchar, type varchar, primary_muscle_group varchar, \
            secondary_muscle_groups list, equipment varchar, equipment_category varchar, is_custom boolean | ROOT
            routines: id varchar, title varchar, folder_id bigint, notes varchar, created_at timestamp, \
            updated_at timestamp | ROOT
            routines__exercises: index bigint, title varchar, notes varchar, exercise_template_id varchar, \
            superset_id bigint, supersets_id bigint, rest_seconds bigint | CHILD
            routines__exercises__sets: index bigint, type varchar, weight_kg double, reps bigint, \
            rep_range__start bigint, rep_range__end bigint, distance_meters double, duration_seconds bigint, \
            rpe double, custom_metric double | CHILD
            _dlt_loads: | load_id varchar, schema_name varchar, status bigint, inserted_at timestamp, \
            schema_version_hash varchar, sequence bigint, manifest varchar
            _dlt_pipeline_state: | version bigint, engine_version bigint, pipeline_name varchar, state varchar, \
            created_at timestamp, version_hash varchar, _dlt_load_id varchar
            """.replace(
                    "ROOT", "_dlt_load_id varchar, _dlt_id varchar, _dlt_extracted_at timestamp")
            .replace("CHILD", "_dlt_id varchar, _dlt_parent_id varchar, _dlt_root_id varchar, _dlt_list_idx bigint");

    private static final Map<String, String> DUCKDB_TYPES = Map.of(
            "varchar", "VARCHAR",
            "bigint", "BIGINT",
            "double", "DOUBLE",
            "boolean", "BOOLEAN",
            "timestamp", "TIMESTAMP WITH TIME ZONE",
            "list", "VARCHAR[]");

    private FolderLake lake;

    record Table(String name, List<String[]> optional, List<String[]> required) {
        List<String[]> columns() {
            return Stream.concat(optional.stream(), required.stream()).toList();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Table> tables() {
        List<Table> tables = new ArrayList<>();
        for (String line : CONTRACT.lines().toList()) {
            String[] parts = line.split("[:|]", -1);
            tables.add(new Table(parts[0], columns(parts[1]), columns(parts[2])));
        }
        return tables;
    }

    private static List<String[]> columns(String list) {
        return Arrays.stream(list.strip().split(", ", -1))
                .filter(column -> !column.isEmpty())
                .map(column -> column.split(" ", -1))
                .toList();
    }

    @BeforeAll
    void aLakeWithARowInEveryTable(@TempDir Path folder) {
        lake = new FolderLake(folder);
        lake.holds("workouts", FolderLake.workout(1, 2026, "t"))
                .holds(
                        "exercise_templates",
                        "{\"id\":\"A\",\"is_custom\":true,\"secondary_muscle_groups\":[\"glutes\",null]}",
                        "{\"id\":\"B\",\"secondary_muscle_groups\":[]}",
                        "{\"id\":\"C\"}")
                .holds("routines", """
                        {"id":"R","folder_id":918273,"exercises":[{"index":0,"sets":[
                         {"index":0,"rep_range":{"start":4,"end":6}}]}]}""")
                .load();
    }

    private static ParquetMetadata footer(Path file) throws IOException {
        ParquetReadOptions options = PlainReadOptions.of(ZstdCodecs.INSTANCE, new PlainParquetConfiguration());
        try (ParquetFileReader reader = new ParquetFileReader(new LocalInputFile(file), options)) {
            return reader.getFooter();
        }
    }

    @Test
    void the_lake_has_the_tables_of_the_contract_and_no_other() {
        assertThat(lake.tables())
                .containsExactlyInAnyOrderElementsOf(
                        tables().stream().map(Table::name).toList());
    }

    @ParameterizedTest
    @MethodSource("tables")
    void a_table_has_exactly_its_columns_in_the_types_that_duckdb_reads(Table table) {
        Map<String, String> expected = new LinkedHashMap<>();
        table.columns().forEach(column -> expected.put(column[0], DUCKDB_TYPES.get(column[1])));

        for (Path file : lake.files(table.name())) {
            assertThat(FolderLake.columns(file)).containsExactlyEntriesOf(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void only_metadata_is_required_and_every_page_is_zstd(Table table) throws IOException {
        ParquetMetadata footer = footer(lake.files(table.name()).get(0));
        MessageType schema = footer.getFileMetaData().getSchema();

        table.optional().forEach(column -> assertThat(schema.getType(column[0]).getRepetition())
                .as(column[0])
                .isEqualTo(Type.Repetition.OPTIONAL));
        table.required().forEach(column -> assertThat(schema.getType(column[0]).getRepetition())
                .as(column[0])
                .isEqualTo(Type.Repetition.REQUIRED));
        assertThat(footer.getBlocks()).isNotEmpty().allSatisfy(block -> assertThat(block.getColumns())
                .allSatisfy(chunk -> assertThat(chunk.getCodec()).isEqualTo(CompressionCodecName.ZSTD)));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void times_are_microseconds_in_utc_and_texts_are_strings(Table table) throws IOException {
        MessageType schema =
                footer(lake.files(table.name()).get(0)).getFileMetaData().getSchema();

        for (String[] column : table.columns()) {
            LogicalTypeAnnotation logical = schema.getType(column[0]).getLogicalTypeAnnotation();
            if (column[1].equals("timestamp")) {
                assertThat(logical)
                        .isEqualTo(LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MICROS));
            } else if (column[1].equals("varchar")) {
                assertThat(logical).isEqualTo(LogicalTypeAnnotation.stringType());
            } else if (!column[1].equals("list")) {
                assertThat(logical).isNull();
            }
        }
    }

    @Test
    void a_list_has_the_three_standard_levels() throws IOException {
        MessageType schema = footer(lake.files("exercise_templates").get(0))
                .getFileMetaData()
                .getSchema();
        ColumnDescriptor leaf = schema.getColumns().stream()
                .filter(column -> column.getPath()[0].equals("secondary_muscle_groups"))
                .findFirst()
                .orElseThrow();

        assertThat(leaf.getPath()).containsExactly("secondary_muscle_groups", "list", "element");
        assertThat(leaf.getMaxDefinitionLevel()).isEqualTo(3);
        assertThat(leaf.getMaxRepetitionLevel()).isEqualTo(1);
        assertThat(lake.column("select secondary_muscle_groups from <exercise_templates> order by id"))
                .containsExactly("[glutes, NULL]", "[]", "null");
    }

    @Test
    void a_commit_tells_where_the_rows_are_in_the_words_of_the_contract() {
        assertThat(lake.column("select schema_name, status, sequence from <_dlt_loads>"))
                .containsExactly("hevy|0|1");
        assertThat(lake.column("""
                        select json_extract_string(manifest, '$.tables.workouts[0].path')
                            || ' ' || json_extract_string(manifest, '$.tables.workouts[0].rows')
                        from <_dlt_loads>"""))
                .containsExactly("workouts/" + lake.newestCommit().loadId() + ".2026.parquet 1");
        assertThat(lake.column(
                        "select pipeline_name, version, engine_version, _dlt_load_id from <_dlt_pipeline_state>"))
                .containsExactly("hevy_to_s3|1|1|" + lake.newestCommit().loadId());
    }

    @Test
    void children_point_to_their_parents_and_their_root() {
        assertThat(lake.column("""
                        select w.id, e.title, s.weight_kg
                        from <workouts__exercises__sets> s
                        join <workouts__exercises> e on s._dlt_parent_id = e._dlt_id and s._dlt_root_id = e._dlt_root_id
                        join <workouts> w on e._dlt_parent_id = w._dlt_id and e._dlt_root_id = w._dlt_id""")).containsExactly("w1|Squat|60.0");
    }
}
