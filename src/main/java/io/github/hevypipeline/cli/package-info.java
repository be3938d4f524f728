/**
 * The command line: commands and options, tables and docs on the terminal, completion.
 *
 * <p>Called by {@code Main} alone; may call every package.
 */
package io.github.hevypipeline.cli;
