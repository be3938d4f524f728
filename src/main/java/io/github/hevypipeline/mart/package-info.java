/**
 * The DuckDB file: builds it from a dbt project, tests it, publishes it, and knows whether it is up to date or stale.
 *
 * <p>Called by {@code cli} and {@code runtime}.
 */
package io.github.hevypipeline.mart;
