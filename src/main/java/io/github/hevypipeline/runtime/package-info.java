/**
 * One Camel process: start, schedule, signals, web servers, and the outcome of each run.
 *
 * <p>Called by {@code cli} and {@code doctor}, and by routes as beans; may call every package but these two.
 */
package io.github.hevypipeline.runtime;
