/**
 * The raw tables on S3: snapshots, load transactions and their commits.
 *
 * <p>The routes move the bytes. Called by {@code hevy}, {@code ops}, {@code doctor} and {@code runtime}.
 */
package io.github.hevypipeline.lake;
