package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.CompiledProject;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.internal.SourceTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a DuckDB file says about the tables of a project. Immutable: it holds nothing. */
public final class BuildStats {
    private static final String BUILD = BuildMetadata.SCHEMA + ".build";
    private static final String DATA_TESTS = BuildMetadata.SCHEMA + ".data_tests";

    private BuildStats() {}

    /** What is not in the file, or is a view, has no number. */
    public static SqlStep step(CompiledProject project, List<Map<String, Object>> listed) {
        Set<String> there = listed.stream()
                .map(row -> row.get("table_schema") + "." + row.get("table_name"))
                .collect(Collectors.toSet());
        List<Relation> counted = Stream.concat(
                        project.sources().all().stream().map(SourceTable::relation),
                        project.models().inOrder().stream()
                                .filter(model -> model.materialization().equals("table"))
                                .map(Model::relation))
                .filter(relation -> there.contains(relation.toString()))
                .toList();
        String names = counted.stream()
                .map(relation -> SqlText.literal(relation.toString()))
                .collect(Collectors.joining(", ", "[", "]"));
        String counts = counted.stream()
                .map(relation -> "(select count(*) from " + relation.quoted() + ")")
                .collect(Collectors.joining(", ", "[", "]"));
        String build = "(select struct_pack(load_id := load_id, built_at := cast(built_at as varchar)) from " + BUILD
                + " limit 1)";
        String failures = "(select map(list(name), list(failures)) from " + DATA_TESTS + ")";
        String sql = String.format(
                Locale.ROOT,
                "select cast(to_json({'rows': map(cast(%s as varchar[]), cast(%s as bigint[])), 'build': %s, 'failures': %s}) as varchar) as json",
                names,
                counts,
                there.contains(BUILD) ? build : "null",
                there.contains(DATA_TESTS) ? failures : "null");
        return new SqlStep("count rows", "", sql);
    }
}
