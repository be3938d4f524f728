/**
 * What the clients of Hevy and of S3 share: the proxy, the truststore, and what the last response said.
 *
 * <p>Called by {@code hevy}, {@code lake.s3}, {@code ops}, {@code doctor} and {@code runtime}.
 */
package io.github.hevypipeline.http;
