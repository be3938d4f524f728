package io.github.hevypipeline.mart;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.UnitTest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Runs the unit tests of a project in an in-memory DuckDB.
 *
 * <p>Not thread-safe. As in dbt, columns that a given row does not name are null, only the columns that the expected
 * rows name are compared, and the order of rows does not matter.
 */
final class UnitTests {
    private static final String SCHEMA = "unit_test";

    private final DbtProject project;

    UnitTests(DbtProject project) {
        this.project = project;
    }

    /** Runs all unit tests, in the order of the files. */
    List<UnitTestResult> run() {
        try (Database database = new Database().build(project)) {
            return project.unitTests().stream().map(test -> run(test, database)).toList();
        }
    }

    private UnitTestResult run(UnitTest test, Database database) {
        database.execute("create schema if not exists " + SCHEMA);
        Map<Relation, Relation> standIns = new LinkedHashMap<>();
        for (UnitTest.Given input : test.given()) {
            Relation original = project.input(test, input);
            Relation standIn = new Relation(SCHEMA, "given_" + standIns.size());
            standIns.put(original, standIn);
            String rows = input.sql() != null
                    ? input.sql()
                    : rows(
                            test,
                            input.rows(),
                            types(database, original),
                            types(database, original).keySet());
            database.execute(createTable(standIn, rows));
        }
        SqlStep model = project.step(test, standIns);
        Relation actual = new Relation(SCHEMA, "actual");
        database.execute(createTable(actual, model.sql()));

        Map<String, String> actualTypes = types(database, actual);
        Set<String> compared = new LinkedHashSet<>();
        test.expected().forEach(row -> row.fieldNames().forEachRemaining(compared::add));
        if (compared.isEmpty()) {
            compared.addAll(actualTypes.keySet());
        }
        Relation expected = new Relation(SCHEMA, "expected");
        database.execute(createTable(expected, rows(test, test.expected(), actualTypes, compared)));
        return new UnitTestResult(
                test.name(),
                test.model(),
                test.file(),
                difference(database, expected, actual, compared),
                difference(database, actual, expected, compared));
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
                        literal(row == null ? null : row.get(column)),
                        types.get(column),
                        SqlText.identifier(column)))
                .collect(Collectors.joining(", ", "select ", ""));
    }

    /** A value of a yml file as SQL: null, numbers and booleans as they are, lists as lists, everything else as text. */
    private static String literal(JsonNode value) {
        if (value == null || value.isNull()) {
            return "null";
        }
        if (value.isNumber() || value.isBoolean()) {
            return value.asText();
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(UnitTests::literal)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return SqlText.literal(value.isTextual() ? value.textValue() : value.toString());
    }

    private static String createTable(Relation relation, String select) {
        return "create or replace table " + relation.quoted() + " as " + select;
    }

    private static List<String> difference(Database database, Relation from, Relation without, Set<String> columns) {
        String list = columns.stream().map(SqlText::identifier).collect(Collectors.joining(", "));
        String sql = String.format(
                Locale.ROOT,
                "select cast(difference as varchar) from (select %s from %s except all select %s from %s) as difference",
                list,
                from.quoted(),
                list,
                without.quoted());
        return database.rows(sql).stream().map(row -> row.get(0)).sorted().toList();
    }

    private static Map<String, String> types(Database database, Relation relation) {
        Map<String, String> types = new LinkedHashMap<>();
        database.rows("describe " + relation.quoted()).forEach(column -> types.put(column.get(0), column.get(1)));
        return types;
    }
}
