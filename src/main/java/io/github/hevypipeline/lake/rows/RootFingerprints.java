package io.github.hevypipeline.lake.rows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;

/**
 * The content of the staged roots as hashes, taken while they are written, so that the merge need not read them back.
 *
 * <p>Not thread-safe; it belongs to one pass over one resource. Memory: two short texts a root.
 */
public final class RootFingerprints {
    private final List<String> family;
    private final Map<String, Map<String, String>> byPart = new HashMap<>();

    /**
     * @param family the root table, then its children
     * @param committedParts the partitions with committed roots; the others have nothing to be compared with
     */
    public RootFingerprints(List<String> family, Set<String> committedParts) {
        this.family = family;
        committedParts.forEach(part -> byPart.put(part, new HashMap<>()));
    }

    /** Adds one root with all its rows by table. */
    public void add(String part, Map<String, List<GenericRecord>> rows) {
        Map<String, String> roots = byPart.get(part);
        if (roots == null) {
            return;
        }
        SortedMap<String, List<GenericRecord>> children = new TreeMap<>();
        family.subList(1, family.size()).forEach(table -> children.put(table, rows.getOrDefault(table, List.of())));
        Root root = new Root(rows.get(family.get(0)).get(0), children);
        roots.put(root.key(), root.fingerprint());
    }

    /** The fingerprints of a partition by row key. */
    Map<String, String> of(String part) {
        return byPart.getOrDefault(part, Map.of());
    }
}
