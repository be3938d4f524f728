package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A raw table as a yml file declares it. Immutable.
 *
 * @param source the source's name
 * @param relation where the table is in the database
 * @param columns data type by column name, in the declared order
 * @param file the yml file
 * @param description what that file says of it
 * @param tags those of the source and its own
 * @param freshness how old its newest row may be; null if nobody says so
 */
public record SourceTable(
        String source,
        Relation relation,
        Map<String, String> columns,
        String file,
        Description description,
        Set<String> tags,
        FreshnessCheck freshness) {
    public SourceTable {
        columns = new LinkedHashMap<>(columns);
    }

    /** The step that fills the table from exactly these Parquet files; from none it is empty. */
    SqlStep step(List<Path> files) {
        String create = "create schema if not exists " + SqlText.identifier(relation.schema())
                + "; create or replace table " + relation.quoted() + " as ";
        return new SqlStep(relation.toString(), file, create + (files.isEmpty() ? empty(false) : filled(files)));
    }

    private String filled(List<Path> files) {
        String paths = files.stream()
                .map(path -> SqlText.pathLiteral(path.toAbsolutePath().toString()))
                .collect(Collectors.joining(", ", "[", "]"));
        String read = "select * from read_parquet(" + paths + ", union_by_name = true, hive_partitioning = false)";
        return columns.isEmpty() ? read : empty(true) + "\nunion all by name\n" + read;
    }

    /**
     * No rows, with every declared column. Beside files the type of a list is left to them: a list
     * column that was widened to text could not be turned back.
     */
    private String empty(boolean besideFiles) {
        return columns.entrySet().stream()
                .map(column -> String.format(
                        Locale.ROOT,
                        "cast(null as %s) as %s",
                        besideFiles && column.getValue().endsWith("[]") ? "varchar" : column.getValue(),
                        SqlText.identifier(column.getKey())))
                .collect(Collectors.joining(", ", "select ", " where false"));
    }
}
