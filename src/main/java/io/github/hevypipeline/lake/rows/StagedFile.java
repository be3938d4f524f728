package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.CommittedFile;
import java.nio.file.Path;

/**
 * A finished Parquet file that is not committed yet.
 *
 * @param file as the manifest will name it
 * @param local where it lies on disk
 */
public record StagedFile(CommittedFile file, Path local) {}
