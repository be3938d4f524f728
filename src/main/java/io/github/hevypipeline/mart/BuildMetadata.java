package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.CompiledProject;
import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.dbt.internal.Reference;
import io.github.hevypipeline.dbt.internal.SourceTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a database says about its own build, in the schema {@code main_pipeline}: the load, the tables, the tests.
 * Immutable.
 *
 * <p>What is not built now keeps what an earlier build has noted of it, and the load that it was made from.
 *
 * @param built the models that are built now
 */
public record BuildMetadata(String loadId, CompiledProject project, List<Model> built, DataTestResults results) {
    static final String SCHEMA = "main_pipeline";

    private static final String RELATIONS =
            "position bigint, name varchar, kind varchar, row_count bigint, reads varchar[], load_id varchar,"
                    + " newest_at timestamp, warn_after_seconds bigint, error_after_seconds bigint";
    private static final String DATA_TESTS =
            "name varchar, file varchar, severity varchar, failures bigint, load_id varchar";

    /** It asks how fresh raw tables are, so a mistake there is met here first: its file is theirs. */
    public SqlStep step() {
        return new SqlStep(
                "note of the build",
                project.sources().all().stream()
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

    /** A load id is the second at which the load began. */
    private String build() {
        String id = SqlText.literal(loadId);
        return "create or replace table " + SCHEMA + ".build as select " + id
                + " as load_id, to_timestamp(try_cast(" + id + " as double))"
                + " at time zone 'UTC' as loaded_at, current_timestamp at time zone 'UTC' as built_at";
    }

    /** Puts rows in the place of those with the same name; a table of an earlier program may lack columns. */
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
        return make + ";\ncreate or replace temp table noted (" + columns + ");\ninsert into noted" + values
                + ";\ndelete from " + table + " where name in (select name from noted);\ninsert into " + table
                + " by name select * from noted;\ndrop table noted";
    }

    private List<String> relations() {
        List<String> rows = new ArrayList<>();
        List<Model> models = project.models().inOrder();
        List<SourceTable> sources = project.sources().all();
        for (int i = 0; i < sources.size(); i++) {
            SourceTable source = sources.get(i);
            rows.add(row(i + 1, source.relation(), "source", List.of(), freshness(source.freshness())));
        }
        for (Model model : built) {
            int position = sources.size() + models.indexOf(model) + 1;
            rows.add(row(position, model.relation(), model.materialization(), model.references(), "null, null, null"));
        }
        return rows;
    }

    /** A view has no rows of its own: they are not counted. */
    private String row(int position, Relation relation, String kind, List<Reference> references, String freshness) {
        String count =
                kind.equals("view") ? "cast(null as bigint)" : "(select count(*) from " + relation.quoted() + ")";
        return String.format(
                Locale.ROOT,
                "(%d, %s, %s, %s, cast(%s as varchar[]), %s, %s)",
                position,
                SqlText.literal(relation.toString()),
                SqlText.literal(kind),
                count,
                names(references),
                SqlText.literal(loadId),
                freshness);
    }

    /** The newest row, and from which age on it is old; {@code check} is null if nobody says so. */
    private static String freshness(FreshnessCheck check) {
        return check == null
                ? "null, null, null"
                : "(select cast(loaded_at as timestamp) from (" + check.step().sql() + "\n)), "
                        + seconds(check.warnAfter()) + ", " + seconds(check.errorAfter());
    }

    private static String seconds(Duration limit) {
        return limit == null ? "null" : Long.toString(limit.toSeconds());
    }

    private String names(List<Reference> references) {
        return references.stream()
                .map(reference -> project.relation(reference).orElseThrow())
                .distinct()
                .map(relation -> SqlText.literal(relation.toString()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private List<String> dataTests() {
        return results.all().stream().map(this::row).toList();
    }

    /** A test that may fail but has only warned is noted as one that warns. */
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
