/**
 * Reads the Hevy API: the client, the rate limiter, the pages and the change feed, up to a consistent snapshot of a resource.
 *
 * <p>The routes send the requests and call {@link io.github.hevypipeline.hevy.Extraction}. Called by {@code ops}, {@code doctor} and {@code runtime}.
 */
package io.github.hevypipeline.hevy;
