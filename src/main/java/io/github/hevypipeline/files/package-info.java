/**
 * Writes output files atomically, computes checksums, and finds the paths that users write.
 *
 * <p>Calls {@code failure} only.
 */
package io.github.hevypipeline.files;
