package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tables and views in a DuckDB file: models, and raw tables whether declared or not.
 *
 * <p>Immutable and thread-safe. A name from outside only selects one of them; every statement quotes its own.
 */
public final class Relations {
    private static final int MAX_SHOWN = 80;

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

    /** Takes the rows of {@link MartBuild#relationListing}. */
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

    /** The step that drops everything that a build of the selection makes anew, and frees its space at once. */
    SqlStep drop(DbtProject project) {
        Set<String> schemas = project.sources().stream()
                .map(source -> source.relation().schema())
                .collect(Collectors.toSet());
        Set<String> names = Stream.concat(
                        project.selectedModels().stream()
                                .map(model -> model.relation().toString()),
                        project.dataTests().stream().map(DataTest::table))
                .collect(Collectors.toSet());
        String sql = all.stream()
                .filter(relation -> schemas.contains(relation.schema()) || names.contains(relation.toString()))
                .map(one -> "drop " + (views.contains(one) ? "view " : "table ") + one.quoted() + ";\n")
                .collect(Collectors.joining("", "", "checkpoint"));
        return new SqlStep("drop rebuilt relations", DbtProject.FILE, sql);
    }

    /**
     * The step that selects rows.
     *
     * @param name {@code daily_exercises}, {@code workouts} or {@code hevy_raw.workouts}; without a schema, the first
     *     relation of that name
     * @param limit the maximum number of rows; negative for all
     * @throws ConfigError if there is no such relation; lists the names there are
     */
    public SqlStep select(String name, long limit) {
        return new SqlStep("show " + name, "", sql(name, limit));
    }

    /** As {@link #select}, into a file that is overwritten. */
    public SqlStep export(String name, long limit, ExportFormat format, Path file) {
        return new SqlStep(
                "show " + name,
                "",
                "copy (" + sql(name, limit) + ") to " + SqlText.literal(file.toString()) + " (" + format.options()
                        + ")");
    }

    /**
     * The step that runs a query of the user, in which a table needs no schema. It can neither write nor read another file,
     * nor lift this limit: DuckDB's {@code query} takes one select statement, and the rest is locked.
     *
     * @param limit the maximum number of rows; negative for all
     */
    public SqlStep query(String select, long limit) {
        return new SqlStep(SqlFailure.QUERY, "", confined("") + rows(select, limit));
    }

    /** As {@link #query}, into a file that is overwritten, the only one that the query can reach. */
    public SqlStep exportQuery(String select, long limit, ExportFormat format, Path file) {
        String place = SqlText.literal(file.toString());
        return new SqlStep(
                SqlFailure.QUERY,
                "",
                confined(place) + "copy (" + rows(select, limit) + ") to " + place + " (" + format.options()
                        + ", use_tmp_file false)");
    }

    /** The line break ends a comment at the end of the query. */
    private static String rows(String select, long limit) {
        return "select * from query(" + SqlText.literal(select + "\n") + ")" + (limit < 0 ? "" : " limit " + limit);
    }

    private String confined(String allowedPath) {
        String schemas = all.stream()
                .map(relation -> SqlText.identifier(relation.schema()))
                .distinct()
                .collect(Collectors.joining(","));
        return "set allowed_paths = [" + allowedPath + "];\n"
                + "set enable_external_access = false;\n"
                + "set search_path = " + SqlText.literal(schemas) + ";\n"
                + "set lock_configuration = true;\n";
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
                "There is no table " + TerminalText.of(name, MAX_SHOWN) + " in the DuckDB file.",
                "Ask for one of: " + all.stream().map(Relation::name).distinct().collect(Collectors.joining(", "))
                        + ".");
    }
}
