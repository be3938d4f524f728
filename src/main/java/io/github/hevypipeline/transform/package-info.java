/**
 * Runs a dbt project in DuckDB without Python: reads it, orders its models and gives each step and test as SQL.
 *
 * <p>Calls {@code report} for words that people read, {@code files}, {@code project} and {@code failure}. It reads neither the process
 * environment nor the clock, and never touches the network; whoever calls it executes the SQL, but for unit tests and the
 * types of columns, which need no data and are had in memory. No data from the API ever reaches a template.
 */
package io.github.hevypipeline.transform;
