/**
 * The parts of a dbt project: files, Jinja, the graph, node selection, generic tests.
 *
 * <p>Called by {@code dbt} alone.
 */
package io.github.hevypipeline.dbt.internal;
