package io.github.hevypipeline.lake.schema;

import java.util.List;
import java.util.Locale;

/**
 * A raw table as its schema file and the catalog describe it. Immutable; Jackson makes JSON of it.
 *
 * @param resource what brings its rows; null for a table on the loads themselves
 * @param path of the request to Hevy; null as the resource is
 * @param key the column that identifies a row; null as the resource is
 * @param disposition {@code merge}, {@code replace} or {@code append}
 * @param partition the column whose year divides the files; null for one partition
 */
public record TableDocs(
        String name,
        String description,
        String resource,
        String path,
        String key,
        String disposition,
        String partition,
        List<Field> columns) {

    /**
     * A column.
     *
     * @param type in the words of the raw contract
     * @param values those that are known to come, in alphabetical order; empty where any may
     */
    public record Field(String name, String type, boolean nullable, String description, List<String> values) {}

    private static final String APPEND = "append";

    /** All of them: the data tables in the order of their names, then those on loads. */
    public static List<TableDocs> of(DatasetSchema schema, ResourceCatalog catalog) {
        return schema.all().stream().map(table -> of(table, catalog)).toList();
    }

    private static TableDocs of(TableSchema table, ResourceCatalog catalog) {
        Resource resource = catalog.all().stream()
                .filter(one -> table.table().equals(one.name()) || table.table().startsWith(one.name() + "__"))
                .findFirst()
                .orElse(null);
        List<Field> fields = table.columns().stream()
                .map(column -> new Field(
                        column.name(),
                        column.type().sqlName(),
                        !column.required(),
                        column.doc(),
                        column.knownValues().stream().sorted().toList()))
                .toList();
        if (resource == null) {
            return new TableDocs(table.table(), table.doc(), null, null, null, APPEND, null, fields);
        }
        boolean isRoot = table.table().equals(resource.name());
        return new TableDocs(
                table.table(),
                table.doc(),
                resource.name(),
                resource.path(),
                isRoot ? resource.primaryKey() : "_dlt_id",
                resource.writeDisposition().name().toLowerCase(Locale.ROOT),
                resource.partitionByYearOf(),
                fields);
    }
}
