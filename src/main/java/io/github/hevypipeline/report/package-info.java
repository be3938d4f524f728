/**
 * How results look to people.
 *
 * <p>Takes plain data; calls {@code failure} only.
 */
package io.github.hevypipeline.report;
