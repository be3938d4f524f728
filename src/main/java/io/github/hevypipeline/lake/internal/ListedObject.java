package io.github.hevypipeline.lake.internal;

import java.time.Instant;

/**
 * One object as the store lists it.
 *
 * <p>Immutable.
 *
 * @param size in bytes; -1 if the store does not list it
 * @param etag without quotes, another for each content; null if the store does not list it
 * @param lastModified when it was put
 */
public record ListedObject(String key, long size, String etag, Instant lastModified) {}
