/**
 * The schemas of the raw tables: what is declared, and how they evolve.
 *
 * <p>Called by {@code lake} and what may call it.
 */
package io.github.hevypipeline.lake.schema;
