package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The metadata of a build, which the database keeps in its schema {@code main_pipeline}: the load, the tables and the
 * test results. Immutable.
 *
 * <p>Models and tests that are not selected keep the metadata of the build that they come from.
 */
record BuildMetadata(String loadId, DbtProject project, DataTestResults results) {
    static final String SCHEMA = "main_pipeline";

    private static final String RELATIONS =
            "position bigint, name varchar, kind varchar, row_count bigint, reads varchar[], load_id varchar,"
                    + " newest_at timestamp, warn_after_seconds bigint, error_after_seconds bigint";
    private static final String DATA_TESTS =
            "name varchar, file varchar, severity varchar, failures bigint, load_id varchar";

    /** The step that writes it. Its file is that of the freshness limits, whose SQL runs here first. */
    SqlStep step() {
        return new SqlStep(
                "build metadata",
                project.sources().stream()
                        .filter(source -> source.freshness() != null)
                        .map(SourceTable::file)
                        .distinct()
                        .collect(Collectors.joining(", ")),
                String.join(
                        ";\n",
                        "create schema if not exists " + SCHEMA,
                        build(),
                        update("relations", RELATIONS, relations()),
                        update("data_tests", DATA_TESTS, dataTests())));
    }

    /** A load id is the time at which the load began, in seconds since 1970. */
    private String build() {
        String id = SqlText.literal(loadId);
        return "create or replace table " + SCHEMA + ".build as select " + id
                + " as load_id, to_timestamp(try_cast(" + id + " as double))"
                + " at time zone 'UTC' as loaded_at, current_timestamp at time zone 'UTC' as built_at";
    }

    /** Upserts rows by name; a table of an earlier version may lack columns. */
    private static String update(String name, String columns, List<String> rows) {
        String table = SCHEMA + "." + name;
        String make = Stream.of(columns.split(", ?", -1))
                .map(column -> "alter table " + table + " add column if not exists " + column)
                .collect(
                        Collectors.joining(";\n", "create table if not exists " + table + " (" + columns + ");\n", ""));
        if (rows.isEmpty()) {
            return make;
        }
        String values = " values " + String.join(",\n", rows);
        return make + ";\ncreate or replace temp table incoming (" + columns + ");\ninsert into incoming" + values
                + ";\ndelete from " + table + " where name in (select name from incoming);\ninsert into " + table
                + " by name select * from incoming;\ndrop table incoming";
    }

    private List<String> relations() {
        List<String> rows = new ArrayList<>();
        List<Model> models = project.models();
        List<SourceTable> sources = project.sources();
        for (int i = 0; i < sources.size(); i++) {
            SourceTable source = sources.get(i);
            rows.add(row(i + 1, source.relation(), "source", List.of(), freshness(source.freshness())));
        }
        for (Model model : project.selectedModels()) {
            int position = sources.size() + models.indexOf(model) + 1;
            rows.add(row(position, model.relation(), model.materialization(), model.reads(), "null, null, null"));
        }
        return rows;
    }

    /** The rows of a view are not counted. */
    private String row(int position, Relation relation, String kind, List<Relation> reads, String freshness) {
        String count =
                kind.equals("view") ? "cast(null as bigint)" : "(select count(*) from " + relation.quoted() + ")";
        return String.format(
                Locale.ROOT,
                "(%d, %s, %s, %s, cast(%s as varchar[]), %s, %s)",
                position,
                SqlText.literal(relation.toString()),
                SqlText.literal(kind),
                count,
                names(reads),
                SqlText.literal(loadId),
                freshness);
    }

    /** The time of the newest row and the limits on its age; {@code check} may be null. */
    private static String freshness(FreshnessCheck check) {
        return check == null
                ? "null, null, null"
                : "(select cast(loaded_at as timestamp) from ("
                        + SourceFreshness.step(check).sql() + "\n)), " + seconds(check.warnAfter()) + ", "
                        + seconds(check.errorAfter());
    }

    private static String seconds(Duration limit) {
        return limit == null ? "null" : Long.toString(limit.toSeconds());
    }

    private static String names(List<Relation> relations) {
        return relations.stream()
                .map(relation -> SqlText.literal(relation.toString()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private List<String> dataTests() {
        return results.all().stream().map(this::row).toList();
    }

    /** A test of severity error that only warned is recorded as one of severity warn. */
    private String row(DataTestResult result) {
        String severity = result.verdict() == Verdict.WARN
                ? "warn"
                : result.test().severity().name();
        return String.format(
                Locale.ROOT,
                "(%s, %s, %s, %d, %s)",
                SqlText.literal(result.test().name()),
                SqlText.literal(result.test().file()),
                SqlText.literal(severity.toLowerCase(Locale.ROOT)),
                result.failures(),
                SqlText.literal(loadId));
    }
}
