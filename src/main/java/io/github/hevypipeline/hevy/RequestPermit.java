package io.github.hevypipeline.hevy;

/**
 * A turn to send one request.
 *
 * @param episode tells the requests sent before a refusal from those sent after it
 */
public record RequestPermit(long episode) {}
