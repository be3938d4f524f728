/**
 * Formats results for people: tables, progress, the report and the docs pages.
 *
 * <p>Takes plain data; calls {@code files} and {@code failure} only.
 */
package io.github.hevypipeline.report;
