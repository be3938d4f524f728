/**
 * Finds the editable folders of the project: in the working directory, else inside the jar.
 *
 * <p>Calls {@code failure} only.
 */
package io.github.hevypipeline.project;
