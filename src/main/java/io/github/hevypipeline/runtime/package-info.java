/**
 * One Camel process: how it starts, when its runs begin, what a signal does to it, and how a run ends.
 *
 * <p>Called by {@code cli} and {@code doctor}.
 */
package io.github.hevypipeline.runtime;
