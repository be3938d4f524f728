/**
 * The entry point of the standalone jar.
 *
 * <p>Calls {@code cli} with the settings, signals and standard output of the process. Called by the demo alone.
 */
package io.github.hevypipeline;
