/**
 * Keeps what a load needs on this machine and in the commit log: the workspace, local copies, states and commits.
 *
 * <p>Called by {@code lake} and its other subpackages alone.
 */
package io.github.hevypipeline.lake.internal;
