package io.github.hevypipeline.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The docs of a dbt project. Immutable; Jackson writes it as JSON.
 *
 * <p>References to tables and models are written {@code schema.table}.
 *
 * @param models in dependency order
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
     * @param kind {@code source}, {@code seed}, {@code view} or {@code table}
     * @param freshness the limits on the age of its newest row, in words; null if it has none
     * @param sql as it is written; null for a raw table or a seed
     * @param compiled as the database gets it; null for a raw table or a seed
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
     * A data test.
     *
     * @param kind the check of a generic test, for example {@code unique}; empty for all others
     * @param reads begins with the relation that a yml file declares it on
     * @param column the column that it is declared on; null if none
     * @param sql returns the failing rows
     */
    public record Test(
            String name,
            String kind,
            String file,
            String description,
            Verdict severity,
            List<String> reads,
            String column,
            String sql) {}

    /** A unit test. */
    public record UnitTest(String name, String model, String file, List<Given> given, List<JsonNode> expected) {}

    /**
     * The rows that replace an input of a unit test.
     *
     * @param sql a select that returns them; null if {@code rows} are given
     */
    public record Given(String input, List<JsonNode> rows, String sql) {}

    /** A file as it is written. */
    public record Source(String name, String file, String text) {}
}
