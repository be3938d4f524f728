/**
 * Reads the resources and the schemas of the raw tables, and evolves the schemas.
 *
 * <p>Called by {@code lake} and its other subpackages, and by whoever may call {@code lake}.
 */
package io.github.hevypipeline.lake.schema;
