package io.github.hevypipeline.mart;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.dbt.CompiledProject;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.UnitTest;
import io.github.hevypipeline.dbt.internal.Jinja;
import io.github.hevypipeline.dbt.internal.ProjectFile;
import io.github.hevypipeline.dbt.internal.Reference;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs the unit tests of a project in a DuckDB without a file.
 *
 * <p>Not thread-safe. As in dbt, a column that a given row does not name is null, and only the columns that the
 * expected rows name are compared, in any order of rows.
 */
public final class UnitTests {
    private static final String SCHEMA = "unit_test";

    private final CompiledProject project;
    private final DbtProject owner;

    /** Neither runs nor opens anything yet. */
    public UnitTests(DbtProject project) {
        this.owner = project;
        this.project = project.compiled();
    }

    /**
     * Runs all of them, in the order of the files.
     *
     * @throws io.github.hevypipeline.failure.PipelineException when a model or a test's own rows are no valid SQL
     */
    public List<UnitTestResult> run() {
        try (EmptyBuild build = new EmptyBuild(owner)) {
            return project.unitTests().stream().map(test -> run(test, build)).toList();
        }
    }

    private UnitTestResult run(UnitTest test, EmptyBuild build) {
        build.execute(step(test, "create schema if not exists " + SCHEMA));
        Map<String, Relation> given = new LinkedHashMap<>();
        for (UnitTest.Given input : test.given()) {
            Relation original = original(test, input);
            Relation standIn = new Relation(SCHEMA, "given_" + given.size());
            given.put(original.quoted(), standIn);
            String rows = input.sql() != null
                    ? input.sql()
                    : rows(
                            test,
                            input.rows(),
                            build.types(original),
                            build.types(original).keySet());
            build.execute(step(test, createTable(standIn, rows)));
        }
        Model model = project.models().find(test.model()).orElseThrow();
        Relation actual = new Relation(SCHEMA, "actual");
        build.execute(new SqlStep(test.model(), model.file().path(), createTable(actual, compiled(test, given))));

        Map<String, String> actualTypes = build.types(actual);
        Set<String> compared = new LinkedHashSet<>();
        test.expected().forEach(row -> row.fieldNames().forEachRemaining(compared::add));
        if (compared.isEmpty()) {
            compared.addAll(actualTypes.keySet());
        }
        Relation expected = new Relation(SCHEMA, "expected");
        build.execute(step(test, createTable(expected, rows(test, test.expected(), actualTypes, compared))));
        return new UnitTestResult(
                test.name(),
                test.model(),
                test.file(),
                difference(build, expected, actual, compared),
                difference(build, actual, expected, compared));
    }

    private String compiled(UnitTest test, Map<String, Relation> given) {
        ProjectFile file = project.models().find(test.model()).orElseThrow().file();
        Jinja jinja = test.environment().isEmpty() && test.variables().isEmpty()
                ? project.jinja()
                : project.jinja().with(test.environment(), test.variables(), project.macros());
        return jinja.render(file, reference -> {
                    Relation standIn =
                            given.get(project.relation(reference).orElseThrow().quoted());
                    if (standIn == null) {
                        throw ProjectError.in(
                                test.file(), "the unit test " + test.name() + " gives no rows for " + reference + ".");
                    }
                    return standIn.quoted();
                })
                .text();
    }

    private Relation original(UnitTest test, UnitTest.Given input) {
        List<Reference> references = project.jinja()
                .render(new ProjectFile(test.file(), "{{ " + input.input() + " }}"), reference -> "")
                .references();
        if (references.size() != 1) {
            throw ProjectError.in(
                    test.file(),
                    "the input " + input.input() + " of the unit test " + test.name() + " is no ref() or source().");
        }
        Reference reference = references.get(0);
        return project.relation(reference)
                .orElseThrow(() -> ProjectError.in(
                        test.file(),
                        "the unit test " + test.name() + " gives rows for " + reference + ", which is unknown."));
    }

    private static String rows(UnitTest test, List<JsonNode> rows, Map<String, String> types, Set<String> columns) {
        for (JsonNode row : rows) {
            row.fieldNames().forEachRemaining(name -> {
                if (!types.containsKey(name)) {
                    throw ProjectError.in(
                            test.file(), "the unit test " + test.name() + " names an unknown column, " + name + ".");
                }
            });
        }
        if (rows.isEmpty()) {
            return select(null, types, columns) + " where false";
        }
        return rows.stream().map(row -> select(row, types, columns)).collect(Collectors.joining("\nunion all\n"));
    }

    private static String select(JsonNode row, Map<String, String> types, Set<String> columns) {
        return columns.stream()
                .map(column -> String.format(
                        Locale.ROOT,
                        "cast(%s as %s) as %s",
                        SqlText.literal(row == null ? null : row.get(column)),
                        types.get(column),
                        SqlText.identifier(column)))
                .collect(Collectors.joining(", ", "select ", ""));
    }

    private static String createTable(Relation relation, String select) {
        return "create or replace table " + relation.quoted() + " as " + select;
    }

    private static List<String> difference(EmptyBuild build, Relation from, Relation without, Set<String> columns) {
        String list = columns.stream().map(SqlText::identifier).collect(Collectors.joining(", "));
        String sql = String.format(
                Locale.ROOT,
                "select cast(difference as varchar) from (select %s from %s except all select %s from %s) as difference",
                list,
                from.quoted(),
                list,
                without.quoted());
        return build.values(sql).stream().sorted().toList();
    }

    private static SqlStep step(UnitTest test, String sql) {
        return new SqlStep(test.name(), test.file(), sql);
    }
}
