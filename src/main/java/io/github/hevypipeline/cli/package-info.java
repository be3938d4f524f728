/**
 * The command line: commands and options, tables and summaries on the terminal, docs, completion.
 *
 * <p>Called by {@code Main} alone, and by routes as beans; may call every package.
 */
package io.github.hevypipeline.cli;
