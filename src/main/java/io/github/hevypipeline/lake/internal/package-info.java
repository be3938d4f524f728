/**
 * The commit log, the workspace of a load, recovery and local copies.
 *
 * <p>Called by {@code lake} and its other packages alone.
 */
package io.github.hevypipeline.lake.internal;
