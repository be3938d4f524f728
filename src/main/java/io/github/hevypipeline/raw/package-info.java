/**
 * The raw tables: flattening, row keys, schemas and their evolution, Parquet files, the merge and the load log.
 *
 * <p>Knows no HTTP and no S3: what it reads and writes are local files, and the routes carry them. May call
 * {@code transform}, {@code report} and {@code failure} only.
 */
package io.github.hevypipeline.raw;
