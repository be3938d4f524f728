package io.github.hevypipeline.lake;

import io.github.hevypipeline.lake.schema.TableSchema;
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
 * @param damage what of it cannot be read
 */
public record Snapshot(long sequence, String loadId, Manifest manifest, PipelineState state, Damage damage) {
    /** A dataset without a commit. */
    public static final Snapshot NOTHING = new Snapshot(0, null, Manifest.EMPTY, PipelineState.EMPTY);

    /** What of a commit is lost; a load that follows it fetches everything. */
    enum Damage {
        NONE,
        /** It is known which files are current, but not what a load could start from. */
        STATE,
        /** Only the sequence is known; the load id is the newest that any object has, or null. */
        COMMIT
    }

    public Snapshot(long sequence, String loadId, Manifest manifest, PipelineState state) {
        this(sequence, loadId, manifest, state, Damage.NONE);
    }

    static Snapshot lost(long sequence, String newestLoadId) {
        return new Snapshot(sequence, newestLoadId, Manifest.EMPTY, PipelineState.EMPTY, Damage.COMMIT);
    }

    public Snapshot withAccountOf(PipelineState newest) {
        return new Snapshot(sequence, loadId, manifest, newest.accountAlone(), damage);
    }

    Snapshot withoutState() {
        return new Snapshot(sequence, loadId, manifest, PipelineState.EMPTY, Damage.STATE);
    }

    /** Whether both the commit and its state could be read. */
    public boolean isWhole() {
        return damage == Damage.NONE;
    }

    /** Whether not even the manifest could be read. */
    public boolean isLost() {
        return damage == Damage.COMMIT;
    }

    /** Whether the committed files of a table have exactly these columns, in this order. */
    public boolean hasSchemaOf(TableSchema schema) {
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
    Snapshot without(List<String> tables) {
        NavigableMap<String, List<CommittedFile>> others = new TreeMap<>(manifest.tables());
        tables.forEach(others::remove);
        return new Snapshot(sequence, loadId, new Manifest(others), state, damage);
    }
}
