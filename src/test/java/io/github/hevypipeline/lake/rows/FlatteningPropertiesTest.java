package io.github.hevypipeline.lake.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.faults.Truth;
import io.github.hevypipeline.lake.FolderLake;
import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** What holds for every JSON that could ever come, not only for what Hevy sends today. */
class FlatteningPropertiesTest {
    private static final DatasetSchema DECLARED = DatasetSchema.read(Path.of("schemas"));
    private static final String WORKOUTS = "workouts";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** The rows of some items in a schema that has settled, by table, each item flattened in turn. */
    private static Map<String, List<GenericRecord>> flatten(List<ObjectNode> items) {
        DatasetSchema settling = DECLARED;
        for (int pass = 0; pass < 5; pass++) {
            Flattener flattener = new Flattener(settling, "1.5", 7);
            Map<String, List<GenericRecord>> rows = new TreeMap<>();
            for (ObjectNode item : items) {
                flattener.flatten(WORKOUTS, item.path("id").asText(), item, (table, row) -> rows.computeIfAbsent(
                                table, t -> new ArrayList<>())
                        .add(row));
            }
            if (flattener.drift().isEmpty()) {
                return rows;
            }
            settling = settling.evolvedBy(flattener.drift().needed());
        }
        throw new AssertionError("the schema does not settle for " + items);
    }

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

    private static String id(GenericRecord row) {
        return row.get("_dlt_id").toString();
    }

    // --- Joining gives back what was flattened

    @Property(tries = 40, seed = "20261125", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
    void joining_the_rows_of_any_nested_json_gives_it_back(@ForAll("typedItems") ObjectNode item) {
        Map<String, List<GenericRecord>> rows = flatten(List.of(item));

        ObjectNode joined = joined(WORKOUTS, rows.get(WORKOUTS).get(0), rows);

        assertThat(FolderLake.object(joined.toString())).isEqualTo(FolderLake.object(item.toString()));
    }

    /** The object behind a row, its children put back into their lists. */
    private static ObjectNode joined(String table, GenericRecord row, Map<String, List<GenericRecord>> rows) {
        ObjectNode object = NODES.objectNode();
        values(row).forEach((column, value) -> place(object, column, json(column, value)));
        rows.forEach((child, all) -> {
            List<GenericRecord> mine = all.stream()
                    .filter(other -> child.startsWith(table + "__") && id(row).equals(other.get("_dlt_parent_id")))
                    .toList();
            if (!mine.isEmpty()) {
                ArrayNode list = NODES.arrayNode();
                mine.forEach(element -> list.add(joined(child, element, rows)));
                place(object, child.substring(table.length() + 2), list);
            }
        });
        return object;
    }

    private static void place(ObjectNode object, String path, JsonNode value) {
        int step = path.indexOf("__");
        if (step < 0) {
            object.set(path, value);
        } else {
            place(object.withObject("/" + path.substring(0, step)), path.substring(step + 2), value);
        }
    }

    /** The value behind a column, whose last name begins with the letter of its kind. */
    private static JsonNode json(String column, Object value) {
        String name = column.substring(column.lastIndexOf("__") < 0 ? 0 : column.lastIndexOf("__") + 2);
        boolean text = name.startsWith("t") || name.equals("id");
        return text || !(value instanceof String)
                ? FolderLake.JSON.valueToTree(value)
                : FolderLake.object("{\"v\":" + value + "}").get("v");
    }

    /** Objects whose fields say by their first letter what they hold, so that a join can know it too. */
    @Provide
    Arbitrary<ObjectNode> typedItems() {
        return Combinators.combine(texts(), typedObjects(4)).as((id, object) -> {
            ObjectNode item = NODES.objectNode().put("id", "w" + id);
            item.setAll(object);
            return item;
        });
    }

    private static Arbitrary<ObjectNode> typedObjects(int depth) {
        Arbitrary<Map.Entry<String, JsonNode>> fields = Arbitraries.oneOf(
                field("n", Arbitraries.longs().map(NODES::numberNode)),
                field("d", Arbitraries.integers().map(n -> NODES.numberNode(n / 8.0 + 0.0625))),
                field("t", texts().map(NODES::textNode)),
                field("b", Arbitraries.of(true, false).map(NODES::booleanNode)),
                field("l", listOf(Arbitraries.longs().map(NODES::numberNode))),
                field("f", listOf(Arbitraries.integers().map(n -> NODES.numberNode(n / 8.0 + 0.0625)))),
                field(
                        "s",
                        texts().map(NODES::textNode)
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(3)
                                .map(FlatteningPropertiesTest::array)));
        if (depth > 0) {
            Arbitrary<ObjectNode> deeper = Arbitraries.lazy(() -> typedObjects(depth - 1));
            Arbitrary<Map.Entry<String, JsonNode>> nested = Arbitraries.oneOf(
                    field("o", deeper),
                    field("c", deeper.list().ofMinSize(1).ofMaxSize(3).map(FlatteningPropertiesTest::array)),
                    field(
                            "m",
                            deeper.list()
                                    .ofMinSize(1)
                                    .ofMaxSize(2)
                                    .map(FlatteningPropertiesTest::array)
                                    .map(list -> NODES.arrayNode().add(list))));
            fields = Arbitraries.oneOf(fields, nested);
        }
        return fields.list().ofMinSize(1).ofMaxSize(4).map(FlatteningPropertiesTest::object);
    }

    private static Arbitrary<ArrayNode> listOf(Arbitrary<? extends JsonNode> elements) {
        return elements.list().ofMinSize(1).ofMaxSize(3).map(FlatteningPropertiesTest::array);
    }

    private static Arbitrary<Map.Entry<String, JsonNode>> field(String kind, Arbitrary<? extends JsonNode> values) {
        return Combinators.combine(Arbitraries.integers().between(1, 3), values)
                .as((number, value) -> Map.entry(kind + number, value));
    }

    private static ArrayNode array(List<? extends JsonNode> elements) {
        ArrayNode array = NODES.arrayNode();
        elements.forEach(array::add);
        return array;
    }

    private static ObjectNode object(List<Map.Entry<String, JsonNode>> fields) {
        ObjectNode object = NODES.objectNode();
        fields.forEach(field -> object.set(field.getKey(), field.getValue()));
        return object;
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings().withCharRange('\0', '\ud7ff').ofMaxLength(6);
    }

    // --- Lists of numbers

    /** A list is stored in the type of the load that brought it, and carried into each wider one that loads need later. */
    @Property(tries = 200, seed = "20261130", edgeCases = EdgeCasesMode.NONE)
    @Fault(60)
    void a_list_that_was_stored_before_its_column_widened_reads_as_if_it_came_afterwards(
            @ForAll("scalarLists") ArrayNode list) {
        JsonValues values = new JsonValues();
        JsonNode came = FolderLake.object("{\"v\":" + list + "}").get("v");
        ColumnType own = JsonValues.typeOf(came);
        Object stored = values.fit(came, own);

        for (ColumnType wider : ColumnType.values()) {
            Object fresh = values.fit(came, wider);
            if (wider != own && own.widenedTo(wider) == wider && fresh != JsonValues.MISFIT && wider.isList()) {
                assertThat(WidenedValues.widen(stored, own, wider))
                        .as(own + " to " + wider)
                        .isEqualTo(fresh);
            }
        }
    }

    @Property(tries = 200, seed = "20261130", edgeCases = EdgeCasesMode.NONE)
    @Fault(60)
    void a_list_has_the_narrowest_type_that_holds_all_its_elements(@ForAll("scalarLists") ArrayNode list) {
        JsonNode came = FolderLake.object("{\"v\":" + list + "}").get("v");
        Set<ColumnType> elements = new HashSet<>();
        came.forEach(element -> {
            if (!element.isNull()) {
                elements.add(JsonValues.typeOf(element));
            }
        });

        ColumnType type = JsonValues.typeOf(came);

        assertThat(type.isList()).isTrue();
        if (Set.of(ColumnType.BIGINT).containsAll(elements)) {
            assertThat(type).isEqualTo(ColumnType.BIGINT_LIST);
        } else if (!Set.of(ColumnType.BIGINT, ColumnType.DOUBLE).containsAll(elements)) {
            assertThat(type).isEqualTo(ColumnType.VARCHAR_LIST);
        }
        // Whole numbers beside fractions: doubles if each has one of its own.
        assertThat(new JsonValues().fit(came, type)).isNotSameAs(JsonValues.MISFIT);
    }

    @Provide
    Arbitrary<ArrayNode> scalarLists() {
        Arbitrary<JsonNode> whole = Arbitraries.longs().map(NODES::numberNode);
        Arbitrary<JsonNode> small = Arbitraries.integers().map(NODES::numberNode);
        Arbitrary<JsonNode> fraction = Arbitraries.integers().map(n -> NODES.numberNode(n / 8.0 + 0.0625));
        Arbitrary<JsonNode> text = texts().map(NODES::textNode);
        Arbitrary<JsonNode> nothing = Arbitraries.just(NODES.nullNode());
        return Arbitraries.oneOf(
                listOf(Arbitraries.oneOf(whole, nothing)),
                listOf(Arbitraries.oneOf(small, fraction, nothing)),
                listOf(Arbitraries.oneOf(whole, fraction)),
                listOf(Arbitraries.oneOf(small, fraction, text, nothing)));
    }

    // --- Any shape at all

    @Property(tries = 40, seed = "20261125", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
    void the_rows_of_any_json_are_those_of_the_reference(@ForAll("strangeItems") List<ObjectNode> items) {
        Map<String, List<GenericRecord>> rows = flatten(items);

        Map<String, Map<String, JsonNode>> expected = new HashMap<>();
        items.forEach(item ->
                Truth.rows(WORKOUTS, item).forEach(row -> expected.put(row.table() + " " + row.id(), row.values())));
        Map<String, Map<String, Object>> found = new HashMap<>();
        rows.forEach((table, all) -> all.forEach(row -> found.put(table + " " + id(row), withKeys(row))));
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        found.forEach((row, values) -> {
            Map<String, JsonNode> wanted = expected.get(row);
            assertThat(values.keySet()).as(row).isEqualTo(wanted.keySet());
            values.forEach((column, value) ->
                    assertThat(text(value)).as(row + " " + column).isEqualTo(text(value, wanted.get(column))));
        });
    }

    private static Map<String, Object> withKeys(GenericRecord row) {
        Map<String, Object> values = values(row);
        for (String key : List.of("_dlt_parent_id", "_dlt_root_id", "_dlt_list_idx")) {
            if (row.getSchema().getField(key) != null) {
                values.put(key, row.get(key));
            }
        }
        return values;
    }

    private static String text(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(FlatteningPropertiesTest::text).toList().toString()
                : Truth.text(FolderLake.JSON.valueToTree(value));
    }

    private static String text(Object value, JsonNode wanted) {
        if (!(value instanceof List<?>)) {
            return Truth.text(wanted);
        }
        List<String> texts = new ArrayList<>();
        wanted.forEach(element -> texts.add(Truth.text(element)));
        return texts.toString();
    }

    @Property(tries = 40, seed = "20261125", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
    void row_ids_depend_on_nothing_but_the_item_itself(
            @ForAll("strangeItems") List<ObjectNode> items, @ForAll Random random) {
        Map<String, Set<String>> together = idsByTable(flatten(items));

        List<ObjectNode> shuffled = new ArrayList<>(items);
        Collections.shuffle(shuffled, random);
        Map<String, Set<String>> oneByOne = new TreeMap<>();
        for (ObjectNode item : shuffled) {
            idsByTable(flatten(List.of(item)))
                    .forEach((table, ids) -> oneByOne.computeIfAbsent(table, t -> new HashSet<>())
                            .addAll(ids));
        }

        assertThat(oneByOne).isEqualTo(together);
    }

    @Property(tries = 40, seed = "20261125", edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
    void a_row_id_is_there_once_and_every_child_has_a_parent(@ForAll("strangeItems") List<ObjectNode> items) {
        Map<String, List<GenericRecord>> rows = flatten(items);

        Map<String, Set<String>> ids = idsByTable(rows);
        rows.forEach((table, all) -> {
            assertThat(all).as(table).hasSameSizeAs(ids.get(table));
            if (!table.equals(WORKOUTS)) {
                Set<String> parents = new HashSet<>();
                ids.forEach((other, keys) -> {
                    if (table.startsWith(other + "__")) {
                        parents.addAll(keys);
                    }
                });
                assertThat(all).allMatch(row -> parents.contains(row.get("_dlt_parent_id")));
                assertThat(all).allMatch(row -> ids.get(WORKOUTS).contains(row.get("_dlt_root_id")));
            }
        });
    }

    private static Map<String, Set<String>> idsByTable(Map<String, List<GenericRecord>> rows) {
        Map<String, Set<String>> ids = new TreeMap<>();
        rows.forEach((table, all) -> {
            Set<String> keys = new HashSet<>();
            all.forEach(row -> keys.add(id(row)));
            ids.put(table, keys);
        });
        return ids;
    }

    /** Items with ids of their own and names that meet: alike, declared, reserved, empty, foreign. */
    @Provide
    Arbitrary<List<ObjectNode>> strangeItems() {
        return strangeObjects(4).list().ofMinSize(1).ofMaxSize(4).map(objects -> {
            List<ObjectNode> items = new ArrayList<>();
            for (ObjectNode object : objects) {
                ObjectNode item = NODES.objectNode().put("id", "w" + items.size());
                item.setAll(object);
                items.add(item);
            }
            return items;
        });
    }

    private static Arbitrary<ObjectNode> strangeObjects(int depth) {
        Arbitrary<String> names = Arbitraries.of(
                "a",
                "A",
                "fooBar",
                "foo_bar",
                "FooBar",
                "x!",
                "x?",
                "x__y",
                "x",
                "y",
                "",
                "_dlt_id",
                "_dlt",
                "名前",
                "exercises",
                "sets",
                "exercises__sets",
                "index",
                "reps",
                "title",
                "weight_kg",
                "type",
                "1rm");
        Arbitrary<JsonNode> scalars = Arbitraries.oneOf(
                Arbitraries.just(NODES.nullNode()),
                Arbitraries.longs().map(NODES::numberNode),
                Arbitraries.integers().map(n -> NODES.numberNode(n / 8.0)),
                Arbitraries.of(true, false).map(NODES::booleanNode),
                texts().map(NODES::textNode));
        Arbitrary<JsonNode> values = scalars;
        if (depth > 0) {
            Arbitrary<JsonNode> deeper =
                    Arbitraries.lazy(() -> strangeObjects(depth - 1)).map(object -> object);
            Arbitrary<JsonNode> lists = Arbitraries.oneOf(
                    scalars.list().ofMaxSize(3).map(FlatteningPropertiesTest::array),
                    deeper.list().ofMaxSize(3).map(FlatteningPropertiesTest::array),
                    Arbitraries.oneOf(scalars, deeper).list().ofMaxSize(2).map(FlatteningPropertiesTest::array));
            values = Arbitraries.oneOf(
                    scalars, deeper, lists, lists.list().ofMaxSize(2).map(FlatteningPropertiesTest::array));
        }
        return Combinators.combine(names, values)
                .as(Map::entry)
                .list()
                .ofMaxSize(5)
                .map(FlatteningPropertiesTest::object);
    }
}
