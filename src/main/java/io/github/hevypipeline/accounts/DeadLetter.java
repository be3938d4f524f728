package io.github.hevypipeline.accounts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Why an account could not be loaded in a round.
 *
 * <p>Immutable; without a secret.
 *
 * @param outcome the kind of the failure, in lower case, as the metrics of runs name it
 * @param reason a sentence
 * @param next what to do, a sentence
 * @param at when, as ISO 8601
 */
public record DeadLetter(String accountId, String outcome, String reason, String next, String at) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** Where it lies, below the prefix of all accounts, unless a topic takes it. */
    static String path(String accountId) {
        return "failed/" + accountId + ".json";
    }

    /** One line of JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a dead letter is always JSON", e);
        }
    }
}
