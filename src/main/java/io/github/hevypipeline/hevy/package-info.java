/**
 * The Hevy API: the client, its pace, its pages and its change feed, up to a consistent snapshot of a resource.
 *
 * <p>The routes send the requests. Called by {@code ops}, {@code doctor} and {@code runtime}.
 */
package io.github.hevypipeline.hevy;
