/**
 * Puts files where people and programs read them: whole, through links, and readable by their owner alone.
 *
 * <p>Calls {@code failure} only.
 */
package io.github.hevypipeline.files;
