/**
 * The raw tables: flattening, row keys, schemas and their evolution, Parquet files, the merge and the load log.
 *
 * <p>Opens no connection: what it reads and writes are local files, and the routes carry them. May call
 * {@code transform}, {@code report}, {@code files}, {@code project} and {@code failure}.
 */
package io.github.hevypipeline.raw;
