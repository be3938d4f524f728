/**
 * Reads, validates and explains the settings. Alone reads the environment.
 *
 * <p>Called by {@code cli}, {@code doctor}, {@code runtime} and {@code ops}. Calls {@code lake}, {@code report} and
 * {@code http} for their rules.
 */
package io.github.hevypipeline.settings;
