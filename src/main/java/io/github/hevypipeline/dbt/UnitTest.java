package io.github.hevypipeline.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A unit test of a model, as a yml file declares it. Its JSON trees must not be changed; otherwise immutable.
 *
 * @param given what the model reads instead of its inputs
 * @param expected the rows that the model must return; only the columns that they name are compared
 * @param environment the settings that it overrides
 * @param variables the variables that it overrides
 */
public record UnitTest(
        String name,
        String model,
        String file,
        List<Given> given,
        List<JsonNode> expected,
        Map<String, String> environment,
        Map<String, Object> variables,
        Set<String> tags) {

    /**
     * The rows that replace one input.
     *
     * @param input {@code ref('…')} or {@code source('…', '…')}
     * @param rows as objects; empty if {@code sql} is given
     * @param sql a select that returns the rows; null if {@code rows} are given
     */
    public record Given(String input, List<JsonNode> rows, String sql) {}
}
