package floor;

import java.nio.file.Path;

/** A finished Parquet file of one raw table. */
record TableFile(String table, Path path) {}
