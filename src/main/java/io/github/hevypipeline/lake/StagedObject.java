package io.github.hevypipeline.lake;

import java.io.File;

/**
 * A local file and the key to put it under.
 *
 * @param key the whole key in the bucket
 * @param file a {@link File}, since that is what the S3 producer streams without reading it into memory
 */
public record StagedObject(String key, File file) {}
