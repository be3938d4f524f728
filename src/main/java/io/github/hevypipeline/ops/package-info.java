/**
 * Health, metrics and run ids of a process that stays up.
 *
 * <p>Called by {@code runtime} alone.
 */
package io.github.hevypipeline.ops;
