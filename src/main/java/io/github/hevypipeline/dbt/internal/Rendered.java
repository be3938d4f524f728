package io.github.hevypipeline.dbt.internal;

import java.util.List;
import java.util.Map;

/**
 * What a template became, and what it asked for meanwhile. Immutable.
 *
 * @param text the rendered text
 * @param references every call of {@code ref} and {@code source}, in the order of the text
 * @param config what {@code config(…)} was called with
 * @param environment each environment variable it read, with the value it got
 */
public record Rendered(
        String text, List<Reference> references, Map<String, Object> config, Map<String, String> environment) {}
