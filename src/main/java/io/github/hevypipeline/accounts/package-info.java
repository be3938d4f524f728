/**
 * Loads many accounts: their list, the load of one, the packages of changes that they share, and the commit of each.
 *
 * <p>The routes move the bytes; this decides which. Called by {@code cli}, {@code runtime}, {@code ops} and {@code settings}.
 */
package io.github.hevypipeline.accounts;
