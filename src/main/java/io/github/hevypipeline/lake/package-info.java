/**
 * Loads what was fetched into the raw tables on S3 or in a folder, one atomic commit a load.
 *
 * <p>The routes move the bytes; this decides which. Called by {@code cli}, {@code doctor}, {@code runtime}, {@code ops},
 * {@code settings} and {@code hevy}. It and its subpackages call one another; {@code lake.internal} is called by no other.
 */
package io.github.hevypipeline.lake;
