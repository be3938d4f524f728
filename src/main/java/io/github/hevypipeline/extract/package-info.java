/**
 * Pages of the Hevy API: which to ask for next, whether an answer is a page, and keeping it in the load package.
 *
 * <p>The requests themselves are the routes'. May call {@code raw}, {@code transform}, {@code report},
 * {@code project} and {@code failure}.
 */
package io.github.hevypipeline.extract;
