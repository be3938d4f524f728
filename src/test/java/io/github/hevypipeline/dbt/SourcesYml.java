package io.github.hevypipeline.dbt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import io.github.hevypipeline.lake.schema.TableDocs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Generates the tables of {@code transform/models/sources.yml} from the Avro schemas: names, columns, types and
 * descriptions. Immutable.
 *
 * <p>Everything else in the file is written by hand and stays: the sources' own keys, comments, and each key of a table
 * or a column that no schema has, for example {@code config} and {@code data_tests}.
 *
 * @param tables the raw tables, as the schemas describe them
 * @param optional the names of the resources that not every lake has
 */
record SourcesYml(List<TableDocs> tables, Set<String> optional) {
    private static final String TABLES = "    tables:";
    private static final String TABLE = " ".repeat(6);
    private static final String COLUMN = " ".repeat(10);
    private static final Set<String> GENERATED = Set.of("name", "data_type", "description", "columns");
    private static final Pattern KEY = Pattern.compile(" *(?:- )?(\\w+):.*");
    private static final Pattern NAME = Pattern.compile(" *- name: (\\w+)");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_](?:(?!: | #)[^\\n])*[^:\\n]");

    /** Takes the tables of resources, in the order of the catalog, each followed by those nested in it. */
    static SourcesYml of(Path schemas) {
        ResourceCatalog catalog = ResourceCatalog.read(schemas);
        List<Resource> resources = catalog.select(String.join(",", catalog.names()));
        List<TableDocs> all = TableDocs.of(DatasetSchema.read(schemas), catalog);
        return new SourcesYml(
                resources.stream()
                        .flatMap(resource ->
                                all.stream().filter(table -> resource.name().equals(table.resource())))
                        .toList(),
                Set.copyOf(Resource.names(
                        resources.stream().filter(Resource::optional).toList())));
    }

    /** The file with its tables generated anew; the first source has the tables that every lake has, the second the others. */
    String update(String file) {
        List<String> updated = new ArrayList<>();
        List<String> lines = file.lines().toList();
        int source = 0;
        int i = 0;
        while (i < lines.size()) {
            updated.add(lines.get(i));
            i++;
            if (lines.get(i - 1).equals(TABLES)) {
                int end = i;
                while (end < lines.size() && lines.get(end).startsWith(TABLE)) {
                    end++;
                }
                updated.addAll(tables(source == 1, lines.subList(i, end)));
                source++;
                i = end;
            }
        }
        return String.join("\n", updated) + "\n";
    }

    private List<String> tables(boolean isOptional, List<String> written) {
        Map<String, List<String>> before = items(written, TABLE);
        return tables.stream()
                .filter(table -> optional.contains(table.resource()) == isOptional)
                .flatMap(table -> table(table, before.getOrDefault(table.name(), List.of())))
                .toList();
    }

    private static Stream<String> table(TableDocs table, List<String> written) {
        Map<String, List<String>> before = items(written, COLUMN);
        Stream<String> head = Stream.concat(
                Stream.of(TABLE + "- name: " + table.name(), TABLE + "  description: " + scalar(table.description())),
                byHand(written, TABLE + "  ").stream());
        Stream<String> columns = table.columns().stream()
                .flatMap(column -> column(column, before.getOrDefault(column.name(), List.of())));
        return Stream.of(head, Stream.of(TABLE + "  columns:"), columns).flatMap(part -> part);
    }

    private static Stream<String> column(TableDocs.Field column, List<String> written) {
        return Stream.concat(
                Stream.of(
                        COLUMN + "- name: " + column.name(),
                        COLUMN + "  data_type: " + type(column.type()),
                        COLUMN + "  description: " + scalar(column.description())),
                byHand(written, COLUMN + "  ").stream());
    }

    /** The lines of each item of a list with this indent, by the item's name. */
    private static Map<String, List<String>> items(List<String> lines, String indent) {
        Map<String, List<String>> items = new LinkedHashMap<>();
        List<String> item = new ArrayList<>();
        for (String line : lines) {
            Matcher name = NAME.matcher(line);
            if (line.startsWith(indent + "- ") && name.matches()) {
                item = new ArrayList<>();
                items.put(name.group(1), item);
            }
            item.add(line);
        }
        return items;
    }

    /** The lines of the keys with this indent that are not generated, with what stands below them. */
    private static List<String> byHand(List<String> item, String indent) {
        List<String> kept = new ArrayList<>();
        boolean isKept = false;
        for (String line : item) {
            Matcher key = KEY.matcher(line);
            boolean isKey = line.startsWith(indent) && line.charAt(indent.length()) != ' ' && key.matches();
            if (isKey || line.startsWith(indent.substring(2) + "- ")) {
                isKept = isKey && !GENERATED.contains(key.group(1));
            }
            if (isKept) {
                kept.add(line);
            }
        }
        return kept;
    }

    private static String type(String raw) {
        return switch (raw) {
            case "timestamp" -> "timestamp with time zone";
            case "list<varchar>" -> "\"varchar[]\"";
            case "list<bigint>" -> "\"bigint[]\"";
            case "list<double>" -> "\"double[]\"";
            default -> raw;
        };
    }

    /** A text as YAML, with quotes if it needs them. */
    private static String scalar(String text) {
        try {
            return PLAIN.matcher(text).matches() ? text : new ObjectMapper().writeValueAsString(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
