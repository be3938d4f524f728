package io.github.hevypipeline.raw;

/**
 * The newest commit of a dataset: where every reader starts.
 *
 * <p>Immutable.
 *
 * @param sequence 1 for the first commit; 0 when nothing was ever committed
 * @param loadId the load that made it; null when nothing was ever committed
 * @param manifest its files
 * @param state its state
 */
public record Committed(long sequence, String loadId, Manifest manifest, PipelineState state) {
    /** A dataset without a commit. */
    public static final Committed NOTHING = new Committed(0, null, Manifest.EMPTY, PipelineState.EMPTY);

    /** Whether the committed files of a table have exactly these columns. */
    boolean hasSchemaOf(TableSchema schema) {
        return schema.columns().size() == state.tables().path(schema.table()).size()
                && schema.columns().stream().allMatch(column -> column.type()
                        .sqlName()
                        .equals(state.tables()
                                .path(schema.table())
                                .path(column.name())
                                .asText()));
    }
}
