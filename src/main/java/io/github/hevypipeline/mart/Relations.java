package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.report.TerminalText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The tables and views that are in a DuckDB file: models, and raw tables whether declared or not.
 *
 * <p>Immutable and thread-safe. A name only ever chooses among them, and is quoted in every statement.
 */
public final class Relations {
    private static final int MOST_SHOWN = 80;

    private final List<Relation> all;
    private final Set<Relation> views;

    private Relations(List<Relation> all, Set<Relation> views) {
        this.all = all;
        this.views = views;
    }

    /** The step that lists them, marts first. */
    static SqlStep listing() {
        return new SqlStep("list tables", "", """
                select table_schema, table_name, table_type from information_schema.tables
                order by
                    case when table_schema like '%marts' then 0 when table_schema like 'main%' then 1 else 2 end,
                    table_schema,
                    table_name
                """);
    }

    /** What the step of {@link MartBuild#listing} has listed. */
    public static Relations of(List<Map<String, Object>> rows) {
        return new Relations(
                rows.stream().map(Relations::relation).toList(),
                rows.stream()
                        .filter(row -> "VIEW".equals(row.get("table_type")))
                        .map(Relations::relation)
                        .collect(Collectors.toSet()));
    }

    private static Relation relation(Map<String, Object> row) {
        return new Relation((String) row.get("table_schema"), (String) row.get("table_name"));
    }

    /** The SQL that drops some of them, and makes their room free at once. */
    public String dropping(Predicate<Relation> which) {
        return all.stream()
                .filter(which)
                .map(one -> "drop " + (views.contains(one) ? "view " : "table ") + one.quoted() + ";\n")
                .collect(Collectors.joining("", "", "checkpoint"));
    }

    /**
     * The step that selects rows.
     *
     * @param name {@code daily_exercises}, {@code workouts} or {@code hevy_raw.workouts}; of two schemas with the same
     *     name in them the first one listed has it
     * @param limit how many rows at most; negative for all
     * @throws ConfigError when there is no such relation, with those there are
     */
    public SqlStep select(String name, long limit) {
        return new SqlStep("show " + name, "", sql(name, limit));
    }

    /** As {@link #select}, into a file, which is overwritten. */
    public SqlStep export(String name, long limit, ExportFormat format, Path file) {
        return new SqlStep(
                "show " + name,
                "",
                "copy (" + sql(name, limit) + ") to " + SqlText.literal(file.toString()) + " (" + format.options()
                        + ")");
    }

    private String sql(String name, long limit) {
        Relation relation = all.stream()
                .filter(one -> one.name().equals(name) || one.toString().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        return "select * from " + relation.quoted() + (limit < 0 ? "" : " limit " + limit);
    }

    private ConfigError unknown(String name) {
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "There is no table " + TerminalText.of(name, MOST_SHOWN) + " in the DuckDB file.",
                "Ask for one of: " + all.stream().map(Relation::name).distinct().collect(Collectors.joining(", "))
                        + ".");
    }
}
