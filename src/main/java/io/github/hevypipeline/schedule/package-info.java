/**
 * When the runs of a process that stays up begin.
 *
 * <p>Only {@code app} and {@code observe} call it; it calls none but {@code failure}.
 */
package io.github.hevypipeline.schedule;
