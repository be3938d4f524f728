/**
 * The parts that the HTTP clients of Hevy and S3 share: proxy, truststore, and the last response.
 *
 * <p>Called by {@code hevy}, {@code lake.s3}, {@code ops}, {@code doctor} and {@code runtime}.
 */
package io.github.hevypipeline.http;
