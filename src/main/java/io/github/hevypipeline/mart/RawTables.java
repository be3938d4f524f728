package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.Column;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Loads raw tables from Parquet files. Thread-safe. */
final class RawTables {
    private RawTables() {}

    /**
     * The steps that make each raw table from exactly these local files.
     *
     * <p>A declared table without files is empty, with its declared columns and types. A table that has files but is not
     * declared is made too, in the schema of the first source.
     */
    static List<SqlStep> steps(DbtProject project, Map<String, List<Path>> filesByTable) {
        Map<String, List<Path>> undeclared = new TreeMap<>(filesByTable);
        List<SqlStep> steps = new ArrayList<>();
        for (SourceTable table : project.sources()) {
            undeclared.remove(table.relation().name());
            List<Path> files = filesByTable.getOrDefault(table.relation().name(), List.of());
            steps.add(step(table.relation(), table.columns(), table.file(), files));
        }
        if (steps.isEmpty()) {
            return steps;
        }
        SourceTable first = project.sources().get(0);
        undeclared.forEach((name, files) -> {
            if (!files.isEmpty()) {
                Relation relation = new Relation(first.relation().schema(), name);
                steps.add(step(relation, List.of(), first.file(), files));
            }
        });
        return steps;
    }

    private static SqlStep step(Relation relation, List<Column> columns, String file, List<Path> files) {
        String create = "create schema if not exists " + SqlText.identifier(relation.schema())
                + "; create or replace table " + relation.quoted() + " as ";
        return new SqlStep(
                relation.toString(), file, create + (files.isEmpty() ? noRows(columns, false) : rows(columns, files)));
    }

    private static String rows(List<Column> columns, List<Path> files) {
        String paths = files.stream()
                .map(path -> pathLiteral(path.toAbsolutePath().toString()))
                .collect(Collectors.joining(", ", "[", "]"));
        String read = "select * from read_parquet(" + paths + ", union_by_name = true, hive_partitioning = false)";
        return columns.isEmpty() ? read : noRows(columns, true) + "\nunion all by name\n" + read;
    }

    /** Quotes a path in which {@code read_parquet} would take {@code *}, {@code ?} and {@code [} for a pattern. */
    private static String pathLiteral(String path) {
        return SqlText.literal(path.replaceAll("[*?\\[]", "[$0]"));
    }

    /** Beside files, the files decide the type of a list: a list column that was widened to text cannot be cast back. */
    private static String noRows(List<Column> columns, boolean besideFiles) {
        return columns.stream()
                .map(column -> String.format(
                        Locale.ROOT,
                        "cast(null as %s) as %s",
                        besideFiles && column.type().endsWith("[]") ? "varchar" : column.type(),
                        SqlText.identifier(column.name())))
                .collect(Collectors.joining(", ", "select ", " where false"));
    }
}
