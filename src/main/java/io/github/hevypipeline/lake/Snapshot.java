package io.github.hevypipeline.lake;

import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.lake.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The dataset as of one commit: its current files, its watermarks and the columns of its tables.
 *
 * <p>Immutable.
 *
 * @param sequence 1 for the first commit; 0 before it
 * @param loadId the load that committed it; null before the first commit
 * @param damage the part that cannot be read
 */
public record Snapshot(long sequence, String loadId, Manifest manifest, PipelineState state, Damage damage) {
    /** The dataset before its first commit. */
    public static final Snapshot NOTHING = new Snapshot(0, null, Manifest.EMPTY, PipelineState.EMPTY);

    /** The part of a commit that is lost; a load that follows it fetches everything. */
    enum Damage {
        NONE,
        /** The current files are known, but no watermark. */
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

    /** This commit, with nothing of a state but the account. */
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

    /** This commit as if the tables had only what comes from a resource. */
    Snapshot of(Resource resource) {
        return new Snapshot(sequence, loadId, manifest.of(resource), state, damage);
    }

    /** This commit as if some tables had never been loaded. */
    Snapshot without(List<String> tables) {
        NavigableMap<String, List<CommittedFile>> others = new TreeMap<>(manifest.tables());
        tables.forEach(others::remove);
        return new Snapshot(sequence, loadId, new Manifest(others), state, damage);
    }
}
