/**
 * Turns JSON items into rows, writes them as Parquet and merges them with the committed ones.
 *
 * <p>Called by {@code lake} and its other subpackages.
 */
package io.github.hevypipeline.lake.rows;
