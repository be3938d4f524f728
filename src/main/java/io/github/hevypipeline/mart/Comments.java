package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.Column;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stores the descriptions of the yml files as comments in the database, where SQL clients show them.
 *
 * <p>Thread-safe. Raw tables always have comments, models if their config {@code persist_docs} says so. Models that are
 * not selected keep theirs.
 */
final class Comments {
    private Comments() {}

    /** The step that lists all columns. */
    static SqlStep listing() {
        return new SqlStep("list columns", "", """
                select schema_name, table_name, column_name
                from duckdb_columns()
                where database_name = current_database() and not internal
                """);
    }

    /**
     * The step that writes all comments in one transaction, since each would be synced to disk by itself.
     *
     * @param listed the rows of {@link #listing}; described columns that do not exist are left out
     */
    static SqlStep step(DbtProject project, List<Map<String, Object>> listed) {
        Map<String, Set<String>> columns = listed.stream()
                .collect(Collectors.groupingBy(
                        row -> new Relation((String) row.get("schema_name"), (String) row.get("table_name")).quoted(),
                        Collectors.mapping(
                                row -> (String) row.get("column_name"), Collectors.toCollection(LinkedHashSet::new))));
        List<String> statements = new ArrayList<>(List.of("begin transaction"));
        for (SourceTable source : project.sources()) {
            Set<String> existing = columns.getOrDefault(source.relation().quoted(), Set.of());
            if (!existing.isEmpty()) {
                statements.addAll(comment("table", source.relation().quoted(), source.description()));
            }
            statements.addAll(columnComments(source.relation(), source.columns(), existing));
        }
        for (Model model : project.selectedModels()) {
            Set<String> existing = columns.getOrDefault(model.relation().quoted(), Set.of());
            if (model.persistDocs().relation() && !existing.isEmpty()) {
                statements.addAll(comment(model.relationType(), model.relation().quoted(), model.description()));
            }
            if (model.persistDocs().columns()) {
                statements.addAll(columnComments(model.relation(), model.columns(), existing));
            }
        }
        statements.add("commit");
        return new SqlStep("descriptions", "", String.join(";\n", statements));
    }

    private static List<String> comment(String kind, String name, String description) {
        return description.isEmpty()
                ? List.of()
                : List.of("comment on " + kind + " " + name + " is " + SqlText.literal(description));
    }

    private static List<String> columnComments(Relation relation, List<Column> described, Set<String> existing) {
        return described.stream()
                .filter(column -> existing.contains(column.name()))
                .flatMap(
                        column -> comment(
                                "column",
                                relation.quoted() + "." + SqlText.identifier(column.name()),
                                column.description())
                                .stream())
                .toList();
    }
}
