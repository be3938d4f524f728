package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
    @TempDir
    Path folder;

    private FolderLake lake;

    @BeforeEach
    void emptyLake() {
        lake = new FolderLake(folder);
    }

    private void assertOneSchemaPerTable() {
        for (String table : lake.tables()) {
            assertThat(lake.files(table).stream()
                            .map(FolderLake::columns)
                            .map(columns -> List.copyOf(columns.entrySet())))
                    .as(table)
                    .hasSizeGreaterThanOrEqualTo(1)
                    .allSatisfy(columns -> assertThat(columns)
                            .isEqualTo(List.copyOf(
                                    FolderLake.columns(lake.files(table).get(0)).entrySet())));
        }
    }

    @Test
    void a_column_that_first_comes_on_page_three_is_in_every_file_and_null_in_older_rows() {
        lake.holdsPages(
                        "workouts",
                        List.of(
                                FolderLake.workouts(1, 3, 2026),
                                FolderLake.workouts(4, 6, 2025),
                                List.of("{\"id\":\"w7\",\"mood\":\"good\",\"created_at\":\"2024-01-01T00:00:00Z\"}")))
                .load();

        assertOneSchemaPerTable();
        assertThat(lake.files("workouts")).hasSize(3);
        assertThat(lake.column("select id, mood from <workouts> order by id"))
                .containsExactly("w1|null", "w2|null", "w3|null", "w4|null", "w5|null", "w6|null", "w7|good");
    }

    @Test
    void a_column_widens_from_whole_to_fraction_to_text_within_one_load_and_keeps_every_value() {
        List<List<String>> pages = new ArrayList<>();
        for (String reps : List.of("9007199254740993", "10.0", "8.5", "1e400", "\"AMRAP\"", "null", "true")) {
            pages.add(List.of("""
                    {"id":"w%d","created_at":"2026-01-01T00:00:00Z",
                     "exercises":[{"index":0,"sets":[{"index":%1$d,"reps":%s}]}]}""".formatted(pages.size(), reps)));
        }
        lake.holdsPages("workouts", pages).load();

        assertThat(lake.column("select reps from <workouts__exercises__sets> order by index"))
                .containsExactly("9007199254740993", "10", "8.5", "1E+400", "AMRAP", "null", "true");
        assertOneSchemaPerTable();
    }

    @Test
    void a_whole_number_that_a_double_cannot_hold_beside_a_fraction_makes_the_column_text() {
        lake.holds("workouts", "{\"id\":\"a\",\"n\":9007199254740993}", "{\"id\":\"b\",\"n\":0.5}")
                .load();

        assertThat(lake.column("select n from <workouts> order by id")).containsExactly("9007199254740993", "0.5");
    }

    @Test
    void new_objects_and_lists_become_columns_and_tables_that_the_next_load_still_knows() {
        lake.holds("workouts", "{\"id\":\"a\",\"gym\":{\"zebra\":1},\"laps\":[{\"s\":1},{}],\"tags\":[\"x\",null]}")
                .load();
        lake.holds("workouts", "{\"id\":\"b\",\"gym\":{\"apple\":2},\"laps\":[{}]}", "{\"id\":\"c\"}")
                .load();

        assertThat(lake.column("select id, gym__zebra, gym__apple, tags from <workouts> order by id"))
                .containsExactly("b|null|2|null", "c|null|null|null");
        assertThat(lake.column("select _dlt_list_idx, s from <workouts__laps>")).containsExactly("0|null");
        assertOneSchemaPerTable();
    }

    @Test
    void a_new_table_of_empty_objects_only_was_forgotten_by_the_next_load() {
        lake.holds("workouts", "{\"id\":\"a\",\"laps\":[{},{}]}").load();
        assertThat(lake.column("select count(*) from <workouts__laps>")).containsExactly("2");

        assertThat(lake.load().isChanged()).isFalse();
        lake.holds("workouts", "{\"id\":\"a\",\"laps\":[{}]}").load();
        assertThat(lake.column("select count(*) from <workouts__laps>")).containsExactly("1");
    }

    @Test
    void columns_found_one_after_the_other_changed_their_order_in_the_next_rewritten_year() {
        lake.holds("workouts", "{\"id\":\"a\",\"zeta\":1,\"created_at\":\"2025-01-01T00:00:00Z\"}")
                .load();
        List<String> both = List.of(
                "{\"id\":\"a\",\"zeta\":1,\"created_at\":\"2025-01-01T00:00:00Z\"}",
                "{\"id\":\"b\",\"alpha\":1,\"created_at\":\"2026-01-01T00:00:00Z\"}");
        lake.holdsPages("workouts", List.of(both)).load();
        List<String> edited = List.of(both.get(0), both.get(1).replace("\"alpha\":1", "\"alpha\":2"));
        lake.holdsPages("workouts", List.of(edited)).load();

        assertThat(lake.files("workouts")).hasSize(2);
        assertOneSchemaPerTable();
    }

    @Test
    void numbers_in_json_text_lost_their_trailing_zeros() {
        lake.holds("workouts", "{\"id\":\"a\",\"matrix\":[[1,10.0,0.50]]}").load();

        assertThat(lake.column("select matrix from <workouts>")).containsExactly("[[1,10.0,0.50]]");
    }

    @Test
    void a_time_that_is_none_makes_its_column_text_as_the_api_sent_it() {
        lake.holds(
                        "workouts",
                        "{\"id\":\"a\",\"start_time\":\"2026-01-01T00:00:00+00:00\"}",
                        "{\"id\":\"b\",\"start_time\":\"yesterday\"}")
                .load();

        assertThat(lake.column("select start_time from <workouts> order by id"))
                .containsExactly("2026-01-01T00:00:00+00:00", "yesterday");
    }

    @Test
    void thirty_years_in_any_order_keep_the_order_of_their_rows_over_several_files() {
        List<List<String>> pages = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            List<String> page = new ArrayList<>();
            for (int year = 0; year < 30; year++) {
                page.add(FolderLake.workout(round * 30 + year, 1990 + (year * 7) % 30, "t"));
            }
            pages.add(page);
        }
        LoadTransaction first = lake.holdsPages("workouts", pages).load();

        assertThat(lake.fileNames("workouts")).hasSizeGreaterThan(30).anyMatch(name -> name.contains("-4."));
        assertThat(lake.column("select count(*), count(distinct id) from <workouts>"))
                .containsExactly("120|120");
        assertThat(first.getChanges().get("workouts")).isEqualTo(new Changes(120, 0, 0, 0));
        assertThat(lake.load().isChanged()).isFalse();
        List<Integer> reps = lake.lastLoad().getBase().manifest().files("workouts__exercises__sets", "1997").stream()
                .flatMap(file -> FolderLake.duck("select reps from '"
                                + lake.folder("workouts__exercises__sets")
                                        .getParent()
                                        .resolve(file.path()) + "'")
                        .stream())
                .map(row -> Integer.valueOf(row.get(0)))
                .toList();
        assertThat(reps).containsExactly(1, 31, 61, 91);
    }

    @Test
    void workouts_lie_by_the_year_of_their_creation_in_utc_and_the_others_apart() {
        lake.holds(
                        "workouts",
                        "{\"id\":\"a\",\"created_at\":\"2025-12-31T23:59:59.999Z\"}",
                        "{\"id\":\"b\",\"created_at\":\"2026-01-01T01:00:00+02:00\"}",
                        "{\"id\":\"c\",\"created_at\":\"2026-01-01T00:00:00Z\"}",
                        "{\"id\":\"d\",\"created_at\":null}",
                        "{\"id\":\"e\"}")
                .load();

        Map<String, String> rowsByPart = new TreeMap<>();
        lake.newestCommit()
                .manifest()
                .files("workouts")
                .forEach(file -> rowsByPart.put(file.part(), Long.toString(file.rows())));
        assertThat(rowsByPart).isEqualTo(Map.of("2025", "2", "2026", "1", "unknown", "2"));
    }

    @Test
    void an_unreadable_time_of_creation_loses_no_workout() {
        lake.holds(
                        "workouts",
                        "{\"id\":\"a\",\"created_at\":\"2025-12-31T23:59:59.999Z\"}",
                        "{\"id\":\"b\",\"created_at\":\"soon\"}")
                .load();

        assertThat(lake.column("select id, created_at from <workouts> order by id"))
                .containsExactly("a|2025-12-31T23:59:59.999Z", "b|soon");
        assertThat(lake.load().isChanged()).isFalse();
    }

    @Test
    void of_a_workout_on_two_pages_the_one_edited_last_counts_and_else_the_first() {
        String old = "{\"id\":\"a\",\"title\":\"old\",\"updated_at\":\"2026-01-01T00:00:00Z\"}";
        String edited = "{\"id\":\"a\",\"title\":\"new\",\"updated_at\":\"2026-01-01T00:00:00.001Z\"}";
        String same = "{\"id\":\"b\",\"title\":\"first\"}";
        lake.holdsPages(
                        "workouts",
                        List.of(List.of(old, same), List.of(edited), List.of(same.replace("first", "second"), old)))
                .load();

        assertThat(lake.column("select id, title from <workouts> order by id")).containsExactly("a|new", "b|first");
    }

    @Test
    void hostile_and_huge_text_is_true_to_the_byte_for_another_reader() {
        String hostile =
                "</script><img onerror=x>'; drop table x;-- ${x} {{y}} #{z} =cmd() \u202e../../x \n\t\\\" 🏋️‍♂️";
        String megabyte = "é".repeat(1 << 19);
        var workout = FolderLake.object("{\"id\":\"a\"}").put("title", hostile).put("description", megabyte);
        lake.holds("workouts", workout.toString(), "{\"id\":\"b\",\"title\":\"a\\u0000b\\ud800c\"}")
                .load();

        assertThat(lake.query("select title, description from <workouts> where id = 'a'"))
                .containsExactly(List.of(hostile, megabyte));
        assertThat(lake.column("select hex(title) from <workouts> where id = 'b'"))
                .containsExactly("610062EFBFBD63");
    }

    @Test
    void an_empty_account_has_every_table_with_every_column_and_no_row() {
        LoadTransaction load = lake.load();

        assertThat(load.isChanged()).isTrue();
        DatasetSchema schema = DatasetSchema.read(Path.of("schemas"));
        for (Resource resource : load.getResources()) {
            for (String table : schema.family(resource.name())) {
                assertThat(lake.files(table)).as(table).hasSize(1);
                assertThat(lake.column("select count(*) from <" + table + ">")).containsExactly("0");
            }
        }
        assertThat(lake.load().isChanged()).isFalse();
    }

    @Test
    void roots_without_children_leave_the_child_tables_empty_but_there() {
        lake.holds("workouts", "{\"id\":\"a\",\"exercises\":[]}", "{\"id\":\"b\",\"exercises\":[{\"index\":0}]}")
                .load();

        assertThat(lake.column("select count(*) from <workouts__exercises>")).containsExactly("1");
        assertThat(lake.column("select count(*) from <workouts__exercises__sets>"))
                .containsExactly("0");
        lake.holds("workouts", "{\"id\":\"a\",\"exercises\":[]}").load();
        assertThat(lake.column("select count(*) from <workouts__exercises>")).containsExactly("0");
        assertThat(lake.files("workouts__exercises")).hasSize(1);
    }

    @Test
    void one_workout_with_ten_thousand_sets_is_landed_and_merged() {
        String sets = String.join(
                ",",
                IntStream.range(0, 10_000)
                        .mapToObj(i -> "{\"index\":" + i + ",\"reps\":5}")
                        .toList());
        lake.holds("workouts", "{\"id\":\"a\",\"exercises\":[{\"index\":0,\"sets\":[" + sets + "]}]}")
                .load();

        assertThat(lake.column("select count(*), max(index) from <workouts__exercises__sets>"))
                .containsExactly("10000|9999");
        assertThat(lake.load().isChanged()).isFalse();
    }
}
