package io.github.hevypipeline.raw;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

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

    /** Whether the committed files of a table have exactly these columns, in this order. */
    boolean hasSchemaOf(TableSchema schema) {
        List<String> stored = new ArrayList<>();
        state.tables()
                .path(schema.table())
                .properties()
                .forEach(column ->
                        stored.add(column.getKey() + " " + column.getValue().asText()));
        return schema.columns().stream()
                .map(column -> column.name() + " " + column.type().sqlName())
                .toList()
                .equals(stored);
    }

    /** This commit as if some tables had never been loaded. */
    Committed without(List<String> tables) {
        NavigableMap<String, List<CommittedFile>> others = new TreeMap<>(manifest.tables());
        tables.forEach(others::remove);
        return new Committed(sequence, loadId, new Manifest(others), state);
    }
}
