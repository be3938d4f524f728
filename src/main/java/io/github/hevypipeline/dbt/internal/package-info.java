/**
 * How a dbt project is read and compiled: files, Jinja, configs, tests, the graph and node selection.
 *
 * <p>Called by {@code dbt} alone.
 */
package io.github.hevypipeline.dbt.internal;
