package io.github.hevypipeline.lake.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.lake.FolderLake;
import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class FlattenerTest {
    private static final DatasetSchema DECLARED = DatasetSchema.read(Path.of("schemas"));
    private static final String EXERCISES = "workouts__exercises";
    private static final String SETS = "workouts__exercises__sets";

    /** The rows of an item in a schema that has settled, by table. */
    private static Map<String, List<GenericRecord>> flatten(DatasetSchema schema, ObjectNode item) {
        DatasetSchema settling = schema;
        for (int pass = 0; pass < 5; pass++) {
            Flattener flattener = new Flattener(settling, "1.5", 7);
            Map<String, List<GenericRecord>> rows = new LinkedHashMap<>();
            flattener.flatten("workouts", item.path("id").asText(), item, (table, row) -> rows.computeIfAbsent(
                            table, t -> new ArrayList<>())
                    .add(row));
            if (flattener.drift().isEmpty()) {
                return rows;
            }
            settling = settling.evolvedBy(flattener.drift().needed());
        }
        throw new AssertionError("the schema does not settle for " + item);
    }

    private static Map<String, List<GenericRecord>> flatten(String json) {
        return flatten(DECLARED, FolderLake.object(json));
    }

    /** What is not null in a row, without the metadata. */
    private static Map<String, Object> values(GenericRecord row) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Schema.Field field : row.getSchema().getFields()) {
            Object value = row.get(field.pos());
            if (value != null && !field.name().startsWith("_dlt_")) {
                values.put(field.name(), value);
            }
        }
        return values;
    }

    private static List<Map<String, Object>> values(List<GenericRecord> rows) {
        return rows.stream().map(FlattenerTest::values).toList();
    }

    @Test
    void a_workout_becomes_a_row_its_exercises_and_sets_rows_that_point_to_it() {
        Map<String, List<GenericRecord>> rows = flatten("""
                {"id":"6f0c2a51-93be-4d1e-8a77-2b1d5c9e4f10","title":"Full body 🔥 lunes","routine_id":null,
                 "description":"","start_time":"2026-10-05T23:41:07+00:00","updated_at":"2026-10-06T06:12:44.031Z",
                 "exercises":[
                  {"index":0,"title":"Squat (Barbell)","notes":"Depth good.\\n2nd line","superset_id":null,"sets":[
                   {"index":0,"type":"warmup","weight_kg":60,"reps":8,"rpe":null},
                   {"index":1,"type":"normal","weight_kg":102.0582831018,"reps":5,"rpe":8.5}]},
                  {"index":1,"title":"Plank","superset_id":0,"sets":[
                   {"index":0,"type":"normal","weight_kg":null,"reps":null,"duration_seconds":75}]},
                  {"index":2,"title":"Nothing","sets":[]}]}""");

        GenericRecord workout = rows.get("workouts").get(0);
        assertThat(values(workout))
                .containsOnly(
                        Map.entry("id", "6f0c2a51-93be-4d1e-8a77-2b1d5c9e4f10"),
                        Map.entry("title", "Full body 🔥 lunes"),
                        Map.entry("description", ""),
                        Map.entry("start_time", 1_791_243_667_000_000L),
                        Map.entry("updated_at", 1_791_267_164_031_000L));
        assertThat(workout.get("_dlt_load_id")).isEqualTo("1.5");
        assertThat(workout.get("_dlt_extracted_at")).isEqualTo(7L);
        assertThat(values(rows.get(EXERCISES)))
                .containsExactly(
                        Map.of("index", 0L, "title", "Squat (Barbell)", "notes", "Depth good.\n2nd line"),
                        Map.of("index", 1L, "title", "Plank", "superset_id", 0L),
                        Map.of("index", 2L, "title", "Nothing"));
        assertThat(values(rows.get(SETS)))
                .containsExactly(
                        Map.of("index", 0L, "type", "warmup", "weight_kg", 60.0, "reps", 8L),
                        Map.of("index", 1L, "type", "normal", "weight_kg", 102.0582831018, "reps", 5L, "rpe", 8.5),
                        Map.of("index", 0L, "type", "normal", "duration_seconds", 75L));
        RowKeys keys = new RowKeys();
        String plank = keys.child(workout.get("_dlt_id").toString(), EXERCISES, 1);
        GenericRecord lastSet = rows.get(SETS).get(2);
        assertThat(lastSet.get("_dlt_id")).isEqualTo(keys.child(plank, SETS, 0));
        assertThat(lastSet.get("_dlt_parent_id")).isEqualTo(plank);
        assertThat(lastSet.get("_dlt_root_id")).isEqualTo(workout.get("_dlt_id"));
        assertThat(lastSet.get("_dlt_list_idx")).isEqualTo(0L);
    }

    @Test
    void nested_objects_become_columns_of_their_own_and_lists_of_them_tables() {
        Map<String, List<GenericRecord>> rows = flatten("""
                {"id":"w","gym":{"name":"A","address":{"city":"B","zip":1}},
                 "stats":{"laps":[{"lap":1},{"lap":2}]}}""");

        assertThat(values(rows.get("workouts").get(0)))
                .isEqualTo(Map.of("id", "w", "gym__name", "A", "gym__address__city", "B", "gym__address__zip", 1L));
        assertThat(values(rows.get("workouts__stats__laps"))).containsExactly(Map.of("lap", 1L), Map.of("lap", 2L));
    }

    @Test
    void lists_below_two_levels_and_lists_of_lists_are_json_text_and_lists_of_scalars_lists() {
        Map<String, List<GenericRecord>> rows = flatten("""
                {"id":"w","tags":["a",1,null],"matrix":[[1,2.50],[]],"mixed":[{"a":1},2],
                 "exercises":[{"sets":[{"clusters":[{"reps":5,"note":"x"}],"tempo":[3,1]}]}]}""");

        assertThat(values(rows.get("workouts").get(0)))
                .containsEntry("tags", Arrays.asList("a", "1", null))
                .containsEntry("matrix", "[[1,2.50],[]]")
                .containsEntry("mixed", "[{\"a\":1},2]");
        assertThat(values(rows.get(SETS)))
                .containsExactly(Map.of("clusters", "[{\"reps\":5,\"note\":\"x\"}]", "tempo", List.of(3L, 1L)));
    }

    @Test
    void an_object_nested_without_end_becomes_json_text_at_some_depth() {
        String deep = "{\"a\":".repeat(60) + "7" + "}".repeat(60);
        Map<String, List<GenericRecord>> rows = flatten("{\"id\":\"w\",\"x\":" + deep + "}");

        assertThat(values(rows.get("workouts").get(0)).values())
                .anySatisfy(text -> assertThat(text.toString()).endsWith(":7" + "}".repeat(52)));
    }

    @Test
    void null_or_nothing_where_an_object_or_list_was_leaves_nulls() {
        DatasetSchema evolved = DECLARED.evolvedBy(Map.of("workouts", Map.of("gym__name", ColumnType.VARCHAR)));

        for (String gym : List.of("null", "{}", "{\"name\":null}")) {
            Map<String, List<GenericRecord>> rows =
                    flatten(evolved, FolderLake.object("{\"id\":\"w\",\"exercises\":null,\"gym\":" + gym + "}"));
            assertThat(values(rows.get("workouts").get(0))).isEqualTo(Map.of("id", "w"));
            assertThat(rows).containsOnlyKeys("workouts");
        }
    }

    @Test
    void an_object_or_list_where_a_scalar_was_becomes_its_json_text() {
        Map<String, List<GenericRecord>> rows =
                flatten("{\"id\":\"w\",\"title\":{\"en\":\"Legs\"},\"exercises\":[{\"index\":[{\"a\":1}]}]}");

        assertThat(values(rows.get("workouts").get(0))).containsEntry("title", "{\"en\":\"Legs\"}");
        assertThat(values(rows.get(EXERCISES))).containsExactly(Map.of("index", "[{\"a\":1}]"));
    }

    @Test
    void a_scalar_where_a_list_of_objects_was_becomes_a_column_beside_the_table() {
        assertThat(values(flatten("{\"id\":\"w\",\"exercises\":\"none\"}")
                        .get("workouts")
                        .get(0)))
                .containsEntry("exercises", "none");
    }

    @Test
    void fields_that_are_named_like_metadata_never_touch_it() {
        Map<String, List<GenericRecord>> rows = flatten("""
                {"id":"w","_dlt_id":"evil","_dlt_load_id":9,"_dlt":{"id":"evil"},"_dltLoadId":"evil",
                 "exercises":[{"_dlt_parent_id":"evil","_dlt_list_idx":99}]}""");

        GenericRecord workout = rows.get("workouts").get(0);
        assertThat(workout.get("_dlt_id")).isEqualTo(new RowKeys().root("workouts", "w"));
        assertThat(workout.get("_dlt_load_id")).isEqualTo("1.5");
        assertThat(values(workout)).containsEntry("x_dlt_id", "evil");
        GenericRecord exercise = rows.get(EXERCISES).get(0);
        assertThat(exercise.get("_dlt_parent_id")).isEqualTo(workout.get("_dlt_id"));
        assertThat(exercise.get("_dlt_list_idx")).isEqualTo(0L);
        assertThat(values(exercise)).isEqualTo(Map.of("x_dlt_parent_id", "evil", "x_dlt_list_idx", 99L));
    }

    @Test
    void of_two_fields_with_the_same_column_name_the_first_one_was_lost() {
        Map<String, List<GenericRecord>> rows =
                flatten("{\"id\":\"w\",\"fooBar\":1,\"foo_bar\":2,\"foo bar\":null,\"FooBar\":\"3\",\"Title\":\"t\"}");

        assertThat(values(rows.get("workouts").get(0)).values())
                .contains(1L, 2L, "3", "t")
                .hasSize(5);
    }

    @Test
    void the_elements_of_a_list_whose_objects_were_all_empty_were_lost() {
        Map<String, List<GenericRecord>> rows = flatten("{\"id\":\"w\",\"laps\":[{},null,{\"a\":null}]}");

        assertThat(rows.get("workouts__laps")).hasSize(3);
        Flattener flattener = new Flattener(DECLARED, "1.5", 7);
        flattener.flatten("workouts", "w", FolderLake.object("{\"laps\":[{}]}"), (table, row) -> {});
        assertThat(flattener.drift().needed()).containsOnlyKeys("workouts__laps");
    }

    @Test
    void each_thing_that_does_not_fit_is_told_once_and_by_its_widest_type() {
        Flattener flattener = new Flattener(DECLARED, "1.5", 7);
        for (String reps : List.of("8", "8.5", "\"many\"", "9.5")) {
            flattener.flatten(
                    "workouts",
                    "w",
                    FolderLake.object("{\"exercises\":[{\"sets\":[{\"reps\":" + reps + ",\"grip\":1}]}]}"),
                    (table, row) -> {});
        }

        assertThat(flattener.drift().needed())
                .isEqualTo(Map.of(SETS, Map.of("reps", ColumnType.VARCHAR, "grip", ColumnType.BIGINT)));
        assertThat(DECLARED.evolvedBy(flattener.drift().needed()).changesSince(DECLARED))
                .containsExactly(
                        SETS + ": column reps widens from bigint to varchar",
                        SETS + ": new column grip (bigint), null in older rows");
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void joining_the_rows_again_gives_the_workout_that_was_flattened(@ForAll("workouts") ObjectNode workout) {
        Map<String, List<GenericRecord>> rows = flatten(DECLARED, workout);

        assertThat(FolderLake.object(joined(rows).toString())).isEqualTo(FolderLake.object(workout.toString()));
        assertThat(flatten(DECLARED, workout)).isEqualTo(rows);
    }

    private static ObjectNode joined(Map<String, List<GenericRecord>> rows) {
        GenericRecord root = rows.get("workouts").get(0);
        ObjectNode workout = toJson(root);
        ArrayNode exercises = workout.putArray("exercises");
        for (GenericRecord exercise : childrenOf(root, rows.getOrDefault(EXERCISES, List.of()))) {
            ObjectNode json = toJson(exercise);
            ArrayNode sets = json.putArray("sets");
            childrenOf(exercise, rows.getOrDefault(SETS, List.of())).forEach(set -> sets.add(toJson(set)));
            exercises.add(json);
        }
        return workout;
    }

    private static List<GenericRecord> childrenOf(GenericRecord parent, List<GenericRecord> rows) {
        return rows.stream()
                .filter(row -> row.get("_dlt_parent_id").equals(parent.get("_dlt_id")))
                .sorted(Comparator.comparing(row -> (Long) row.get("_dlt_list_idx")))
                .toList();
    }

    private static ObjectNode toJson(GenericRecord row) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        values(row).forEach((column, value) -> {
            if (value instanceof Long number) {
                json.put(column, number);
            } else if (value instanceof Double number) {
                json.put(column, number);
            } else {
                json.put(column, value.toString());
            }
        });
        return json;
    }

    @Provide
    Arbitrary<ObjectNode> workouts() {
        Arbitrary<ObjectNode> sets = Combinators.combine(
                        Arbitraries.longs().injectNull(0.3),
                        Arbitraries.of("warmup", "normal", "?").injectNull(0.1),
                        Arbitraries.integers()
                                .between(1, 4000)
                                .map(n -> n / 8.0)
                                .injectNull(0.3))
                .as((reps, type, weight) -> {
                    ObjectNode set = JsonNodeFactory.instance.objectNode();
                    putUnlessNull(set, "reps", reps);
                    putUnlessNull(set, "type", type);
                    putUnlessNull(set, "weight_kg", weight);
                    return set;
                });
        Arbitrary<ObjectNode> exercises = Combinators.combine(
                        wellFormedTexts(),
                        Arbitraries.longs().injectNull(0.5),
                        sets.list().ofMaxSize(4))
                .as((title, superset, list) -> {
                    ObjectNode exercise = JsonNodeFactory.instance.objectNode();
                    exercise.put("title", title);
                    putUnlessNull(exercise, "superset_id", superset);
                    exercise.putArray("sets").addAll(list);
                    return exercise;
                });
        return Combinators.combine(
                        wellFormedTexts(), wellFormedTexts(), exercises.list().ofMaxSize(4))
                .as((id, title, list) -> {
                    ObjectNode workout = JsonNodeFactory.instance.objectNode();
                    workout.put("id", id);
                    workout.put("title", title);
                    workout.putArray("exercises").addAll(list);
                    return workout;
                });
    }

    private static Arbitrary<String> wellFormedTexts() {
        return Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMaxLength(8);
    }

    private static void putUnlessNull(ObjectNode json, String field, Object value) {
        if (value != null) {
            json.set(field, FolderLake.JSON.valueToTree(value));
        }
    }
}
