package io.github.hevypipeline.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a database says about its own build, in the schema {@code main_pipeline}: the load, the tables, the tests.
 * Immutable.
 */
record BuildNote(String loadId, CompiledProject project, DataTestResults results) {
    static final String SCHEMA = "main_pipeline";

    SqlStep step() {
        return new SqlStep(
                "note of the build",
                "",
                String.join(";\n", "create schema if not exists " + SCHEMA, build(), relations(), dataTests()));
    }

    /** A load id is the second at which the load began. */
    private String build() {
        String id = SqlText.literal(loadId);
        return table("build") + "select " + id + " as load_id, to_timestamp(try_cast(" + id + " as double))"
                + " at time zone 'UTC' as loaded_at, current_timestamp at time zone 'UTC' as built_at";
    }

    /** A view has no rows of its own: they are not counted. */
    private String relations() {
        Stream<String> sources =
                project.sources().all().stream().map(source -> row(source.relation(), "source", List.of()));
        Stream<String> models = project.models().inOrder().stream()
                .map(model -> row(model.relation(), model.materialization(), model.references()));
        List<String> rows = new ArrayList<>(Stream.concat(sources, models).toList());
        return table("relations") + "select row_number() over () as position, * from (values "
                + String.join(",\n", rows) + ") as listed (name, kind, row_count, reads)";
    }

    private String row(Relation relation, String kind, List<Reference> references) {
        String count =
                kind.equals("view") ? "cast(null as bigint)" : "(select count(*) from " + relation.quoted() + ")";
        return "(%s, %s, %s, cast(%s as varchar[]))"
                .formatted(SqlText.literal(relation.toString()), SqlText.literal(kind), count, names(references));
    }

    private String names(List<Reference> references) {
        return references.stream()
                .map(reference -> project.relation(reference).orElseThrow())
                .distinct()
                .map(relation -> SqlText.literal(relation.toString()))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private String dataTests() {
        List<DataTestResult> all = results.all();
        String columns = " as tests (name, file, severity, failures)";
        return all.isEmpty()
                ? table("data_tests") + "select * from (values ('', '', '', 0))" + columns + " where false"
                : table("data_tests") + "select * from (values "
                        + all.stream().map(BuildNote::row).collect(Collectors.joining(",\n")) + ")" + columns;
    }

    private static String row(DataTestResult result) {
        return "(%s, %s, %s, %d)"
                .formatted(
                        SqlText.literal(result.test().name()),
                        SqlText.literal(result.test().file()),
                        SqlText.literal(result.test().severity().name().toLowerCase(Locale.ROOT)),
                        result.failures());
    }

    private static String table(String name) {
        return "create or replace table " + SCHEMA + "." + name + " as ";
    }
}
