/**
 * Writes output files atomically, and computes checksums.
 *
 * <p>Calls {@code failure} only.
 */
package io.github.hevypipeline.files;
