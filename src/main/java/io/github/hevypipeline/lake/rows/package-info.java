/**
 * Rows: flattening, keys, the merge, and Parquet files.
 *
 * <p>Called by {@code lake} and its {@code internal}.
 */
package io.github.hevypipeline.lake.rows;
