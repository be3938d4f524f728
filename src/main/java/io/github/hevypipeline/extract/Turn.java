package io.github.hevypipeline.extract;

/**
 * A turn to send one request.
 *
 * @param episode tells the requests sent before a refusal from those sent after it
 */
public record Turn(long episode) {}
