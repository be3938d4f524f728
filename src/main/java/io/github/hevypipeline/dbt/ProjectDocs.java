package io.github.hevypipeline.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * What a dbt project has, for a page on it. Immutable; Jackson makes JSON of it.
 *
 * <p>Tables and models are named {@code schema.table} wherever one refers to another.
 *
 * @param name the project's
 * @param sources the raw tables, as declared
 * @param models each after those it reads
 * @param tests the data tests
 * @param unitTests the unit tests
 * @param macros the files of macros
 * @param analyses the selects that build nothing
 */
public record ProjectDocs(
        String name,
        List<Table> sources,
        List<Table> models,
        List<Test> tests,
        List<UnitTest> unitTests,
        List<Source> macros,
        List<Source> analyses) {

    /**
     * A raw table or a model.
     *
     * @param layer the folder below the models' folder; {@code sources} for a raw table
     * @param kind {@code source}, {@code view} or {@code table}
     * @param freshness what an old newest row is, in words; null if nobody says so
     * @param sql as it is written; null for a raw table
     * @param compiled as DuckDB gets it; null for a raw table
     */
    public record Table(
            String id,
            String name,
            String layer,
            String kind,
            boolean published,
            String file,
            String description,
            List<String> reads,
            List<Column> columns,
            String freshness,
            String sql,
            String compiled) {}

    /**
     * A column.
     *
     * @param type in DuckDB's words; null for one that is described and not there
     */
    public record Column(String name, String type, String description) {}

    /**
     * A data test.
     *
     * @param kind what a generic test checks, such as {@code unique}; empty for all others
     * @param reads first what it is declared on, if it is declared in a yml file
     * @param column the column that it is declared on; null for all others
     * @param sql the select that should find nothing
     */
    public record Test(
            String name,
            String kind,
            String file,
            String description,
            Severity severity,
            List<String> reads,
            String column,
            String sql) {}

    /** A unit test. */
    public record UnitTest(String name, String model, String file, List<Given> given, List<JsonNode> expected) {}

    /**
     * The rows that a unit test gives.
     *
     * @param sql in place of rows; null if there are some
     */
    public record Given(String input, List<JsonNode> rows, String sql) {}

    /** A file as it is written. */
    public record Source(String name, String file, String text) {}
}
