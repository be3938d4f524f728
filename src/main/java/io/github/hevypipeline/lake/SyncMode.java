package io.github.hevypipeline.lake;

/** How much of a resource a load fetches; the terms are Airbyte's. */
public enum SyncMode {
    /** All items: what is not among them is gone. */
    FULL_REFRESH,
    /** What was changed or deleted since the watermark: all other items stay as they are committed. */
    INCREMENTAL
}
