package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.CompiledProject;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.internal.Description;
import io.github.hevypipeline.dbt.internal.PersistDocs;
import io.github.hevypipeline.dbt.internal.SourceTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The descriptions of the yml files as comments in the database, for whoever opens it in a client.
 *
 * <p>Immutable. A model's go there if its config {@code persist_docs} says so; those of raw tables, which dbt does not
 * make, always. What is not built now keeps those of an earlier build, and may be another kind of relation still.
 *
 * @param built the models that are built now
 */
public record Comments(CompiledProject project, List<Model> built) {
    /** The step that lists the columns there are: what is described and not there has no place for a comment. */
    static SqlStep listing() {
        return new SqlStep("list columns", "", """
                select schema_name, table_name, column_name
                from duckdb_columns()
                where database_name = current_database() and not internal
                """);
    }

    /** The step that writes all of them, given what {@link #listing} has listed; one by one each would be synced. */
    public SqlStep step(List<Map<String, Object>> listed) {
        Map<String, Set<String>> columns = listed.stream()
                .collect(Collectors.groupingBy(
                        row -> new Relation((String) row.get("schema_name"), (String) row.get("table_name")).quoted(),
                        Collectors.mapping(
                                row -> (String) row.get("column_name"), Collectors.toCollection(LinkedHashSet::new))));
        List<String> statements = new ArrayList<>(List.of("begin transaction"));
        for (SourceTable source : project.sources().all()) {
            statements.addAll(
                    comments("table", source.relation(), source.description(), new PersistDocs(true, true), columns));
        }
        for (Model model : built) {
            statements.addAll(comments(
                    model.materialization(), model.relation(), model.description(), model.persistDocs(), columns));
        }
        statements.add("commit");
        return new SqlStep("descriptions", "", String.join(";\n", statements));
    }

    private static List<String> comments(
            String kind, Relation relation, Description said, PersistDocs wanted, Map<String, Set<String>> columns) {
        List<String> statements = new ArrayList<>();
        Set<String> there = columns.getOrDefault(relation.quoted(), Set.of());
        if (wanted.relation() && !there.isEmpty() && !said.text().isEmpty()) {
            statements.add("comment on " + kind + " " + relation.quoted() + " is " + SqlText.literal(said.text()));
        }
        if (wanted.columns()) {
            said.columns().forEach((name, text) -> {
                if (there.contains(name) && !text.isEmpty()) {
                    statements.add("comment on column " + relation.quoted() + "." + SqlText.identifier(name) + " is "
                            + SqlText.literal(text));
                }
            });
        }
        return statements;
    }
}
