/**
 * Reads the CSV export of the Hevy app, and gives it as pages in the form of Hevy's API.
 *
 * <p>Called by {@code settings}, {@code runtime} and the route {@code export}; calls {@code files}, {@code project} and
 * {@code failure}.
 */
package io.github.hevypipeline.hevy.export;
