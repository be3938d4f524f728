/**
 * Runs the checks of the command {@code doctor}.
 *
 * <p>Called by {@code cli} alone.
 */
package io.github.hevypipeline.doctor;
