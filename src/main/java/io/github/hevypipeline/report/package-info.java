/**
 * How results look to people.
 *
 * <p>Takes plain data; calls {@code files} and {@code failure} only.
 */
package io.github.hevypipeline.report;
