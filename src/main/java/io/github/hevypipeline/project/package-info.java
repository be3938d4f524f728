/**
 * Finds what can be edited at the top of the project and is inside the jar otherwise.
 *
 * <p>Calls {@code failure} only.
 */
package io.github.hevypipeline.project;
