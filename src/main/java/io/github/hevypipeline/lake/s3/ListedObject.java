package io.github.hevypipeline.lake.s3;

import java.time.Instant;

/**
 * One object as S3 lists it.
 *
 * <p>Immutable.
 *
 * @param size in bytes; -1 if the server does not list it
 * @param etag without quotes; null if the server does not list it
 * @param lastModified when it was put
 */
public record ListedObject(String key, long size, String etag, Instant lastModified) {}
