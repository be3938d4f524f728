package io.github.hevypipeline.dbt.internal;

import java.util.List;
import java.util.Map;

/**
 * A rendered template and the functions that it called. Immutable.
 *
 * @param references the calls of {@code ref} and {@code source}, in the order of the text
 * @param config the arguments of {@code config(…)}
 * @param environment the environment variables that it read
 */
record Rendered(String text, List<Reference> references, Map<String, Object> config, Map<String, String> environment) {}
