/**
 * The DuckDB file: built from SQL steps, tested, published, and known to be up to date or stale.
 *
 * <p>Called by {@code report}'s callers: {@code cli}, {@code runtime}, {@code doctor}.
 */
package io.github.hevypipeline.mart;
