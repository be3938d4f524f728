/**
 * The marts: builds them from a dbt project, in a DuckDB file or on Spark, tests and publishes them, and knows whether they
 * are up to date or stale.
 *
 * <p>Called by {@code cli} and {@code runtime}.
 */
package io.github.hevypipeline.mart;
