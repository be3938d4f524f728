/**
 * The entry point of the standalone jar.
 *
 * <p>Calls {@code cli}; nothing but the demo calls it.
 */
package io.github.hevypipeline;
