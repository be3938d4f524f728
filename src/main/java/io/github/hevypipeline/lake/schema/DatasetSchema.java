package io.github.hevypipeline.lake.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * The schemas of all raw tables: those that the schema files declare, and what the API has added since.
 *
 * <p>Immutable and thread-safe.
 */
public final class DatasetSchema {
    private static final String LOADS = "_dlt_loads";
    private static final String STATE = "_dlt_pipeline_state";
    private static final String ENDING = ".avsc";
    /** A new child table has the metadata columns of one that is declared. */
    private static final String A_CHILD = "workouts__exercises";

    private static final List<String> REQUIRED = List.of(LOADS, STATE, A_CHILD);

    private final SortedMap<String, TableSchema> tables;

    private DatasetSchema(SortedMap<String, TableSchema> tables) {
        this.tables = tables;
    }

    /**
     * Reads every {@code *.avsc} of a folder.
     *
     * @throws ConfigError naming the file, if one cannot be read or is no Avro record
     */
    public static DatasetSchema read(Path folder) {
        SortedMap<String, TableSchema> tables = new TreeMap<>();
        try (var files = Files.newDirectoryStream(folder, "*" + ENDING)) {
            for (Path file : files) {
                TableSchema schema = readFile(file);
                if (!file.getFileName().toString().equals(schema.table() + ENDING)) {
                    throw new ConfigError(
                            ExitCode.CONFIGURATION,
                            "The schema file " + file + " is of another table: " + schema.table() + ".",
                            "Give the record the file's name, or restore it from the project.");
                }
                tables.put(schema.table(), schema);
            }
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The schema files in " + folder + " cannot be read: " + e.getMessage(),
                    "Restore the folder schemas/ from the project.",
                    e);
        }
        for (String table : REQUIRED) {
            if (!tables.containsKey(table)) {
                throw new ConfigError(
                        ExitCode.CONFIGURATION,
                        "The schema file " + folder.resolve(table + ENDING) + " is missing.",
                        "Restore it from the project.");
            }
        }
        return new DatasetSchema(tables);
    }

    private static TableSchema readFile(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return TableSchema.of(new Schema.Parser().parse(in));
        } catch (AvroRuntimeException | IllegalArgumentException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The schema file " + file + " is not valid: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ".",
                    "Correct it; the files beside it show the form.",
                    e);
        }
    }

    /** The data tables, without the two that describe loads, by name. */
    public SortedMap<String, TableSchema> tables() {
        SortedMap<String, TableSchema> data = new TreeMap<>(tables);
        data.remove(LOADS);
        data.remove(STATE);
        return data;
    }

    /** The data tables, then the two that describe loads. */
    List<TableSchema> all() {
        List<TableSchema> all = new ArrayList<>(tables().values());
        all.add(loads());
        all.add(state());
        return all;
    }

    public TableSchema loads() {
        return tables.get(LOADS);
    }

    public TableSchema state() {
        return tables.get(STATE);
    }

    /** The schema of a table; a table that is not known yet has the metadata columns of a child table. */
    public TableSchema table(String name) {
        TableSchema known = tables.get(name);
        return known != null ? known : new TableSchema(name, null, childMetadata());
    }

    public boolean has(String table) {
        return tables.containsKey(table);
    }

    /** Whether a schema file declares a table of this name. */
    public boolean declares(String table) {
        TableSchema known = tables.get(table);
        return known != null && known.avro().getDoc() != null;
    }

    private List<Column> childMetadata() {
        TableSchema declaredChild = tables.get(A_CHILD);
        return declaredChild.columns().stream().filter(Column::required).toList();
    }

    /** The data tables whose rows come from one resource: the root table first, then those nested in it. */
    public List<String> family(String root) {
        return tables.keySet().stream()
                .filter(name -> name.equals(root) || name.startsWith(root + "__"))
                .toList();
    }

    public DatasetSchema evolvedBy(Map<String, Map<String, ColumnType>> neededByTable) {
        SortedMap<String, TableSchema> evolved = new TreeMap<>(tables);
        neededByTable.forEach((table, needed) -> evolved.put(table, table(table).evolvedBy(needed)));
        return new DatasetSchema(evolved);
    }

    /** One line for each table, and each column of a table that was there, that has changed since {@code before}. */
    public List<String> changesSince(DatasetSchema before) {
        List<String> changes = new ArrayList<>();
        tables.forEach((name, table) -> {
            if (before.has(name)) {
                changes.addAll(table.changesSince(before.table(name)));
            } else {
                String columns = table.columns().stream()
                        .filter(column -> !column.required())
                        .map(column -> column.name() + " (" + column.type().sqlName() + ")")
                        .collect(Collectors.joining(", "));
                changes.add(name + ": new table" + (columns.isEmpty() ? "" : " with " + columns));
            }
        });
        return changes;
    }

    /** Columns and types of all data tables, as the state keeps them. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        tables().forEach((name, schema) -> {
            ObjectNode columns = json.putObject(name);
            schema.columns()
                    .forEach(column -> columns.put(column.name(), column.type().sqlName()));
        });
        return json;
    }

    /** This schema with every table and column that an earlier load has stored, in that order, at least as wide. */
    public DatasetSchema with(JsonNode stored) {
        Map<String, Map<String, ColumnType>> needed = new HashMap<>();
        stored.properties().forEach(table -> {
            Map<String, ColumnType> columns = new LinkedHashMap<>();
            table.getValue().properties().forEach(column -> {
                ColumnType type = ColumnType.ofSqlName(column.getValue().asText());
                TableSchema declared = table(table.getKey());
                int ordinal = declared.ordinal(column.getKey());
                if (ordinal < 0 || declared.column(ordinal).type() != type) {
                    columns.put(column.getKey(), type);
                }
            });
            if (!columns.isEmpty() || !tables.containsKey(table.getKey())) {
                needed.put(table.getKey(), columns);
            }
        });
        return needed.isEmpty() ? this : evolvedBy(needed);
    }

    /** These tables with each column as text, after some that every table has; a table keeps what its file declares. */
    public DatasetSchema asText(List<String> first) {
        SortedMap<String, TableSchema> texts = new TreeMap<>();
        tables.forEach((name, table) -> texts.put(name, table.asText(first)));
        return new DatasetSchema(texts);
    }

    /** A hash that changes with any table, column or type. */
    public String versionHash() {
        return Base64.getEncoder().encodeToString(Sha256.of(toJson().toString().getBytes(StandardCharsets.UTF_8)));
    }
}
