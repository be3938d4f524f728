package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts the rows of the built tables and reads the {@link BuildMetadata} of the last build. Thread-safe. */
public final class BuildStats {
    private static final String BUILD = BuildMetadata.SCHEMA + ".build";
    private static final String DATA_TESTS = BuildMetadata.SCHEMA + ".data_tests";

    private BuildStats() {}

    /**
     * The step whose one row has the column {@code json}: an object with {@code build}, the {@code rows} of each table,
     * and the {@code failures} of each data test. Views are not counted.
     *
     * @param listed the rows of {@link MartBuild#relationListing}
     */
    public static SqlStep step(DbtProject project, List<Map<String, Object>> listed) {
        Set<String> there = listed.stream()
                .map(row -> row.get("table_schema") + "." + row.get("table_name"))
                .collect(Collectors.toSet());
        List<Relation> counted = Stream.concat(
                        project.sources().stream().map(SourceTable::relation),
                        project.models().stream()
                                .filter(model -> model.relationType().equals("table"))
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
