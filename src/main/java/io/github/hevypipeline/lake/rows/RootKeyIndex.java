package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.internal.FileCache;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;

/**
 * Which roots of a table are committed, and in which partition each is.
 *
 * <p>Not thread-safe. Memory: a short text a root.
 */
public final class RootKeyIndex {
    private static final String KEY = "_dlt_id";

    private final String table;
    private final RowKeys keys = new RowKeys();
    private final Map<String, String> partByKey = new HashMap<>();

    private RootKeyIndex(String table) {
        this.table = table;
    }

    /** Reads the row keys of a table's committed files, which must all be in the cache. */
    public static RootKeyIndex read(String table, List<CommittedFile> files, FileCache cache) throws IOException {
        RootKeyIndex roots = new RootKeyIndex(table);
        for (CommittedFile file : files) {
            try (ParquetRows rows = ParquetFiles.readColumns(cache.path(file), List.of(KEY))) {
                for (GenericRecord row = rows.read(); row != null; row = rows.read()) {
                    roots.partByKey.put(row.get(KEY).toString(), file.part());
                }
            }
        }
        return roots;
    }

    /** The row key that belongs to a primary key, whether it is committed or not. */
    String keyOf(String primaryKey) {
        return keys.root(table, primaryKey);
    }

    public boolean holds(String primaryKey) {
        return partByKey.containsKey(keyOf(primaryKey));
    }

    /** Whether a row key is committed. */
    public boolean holdsKey(String key) {
        return partByKey.containsKey(key);
    }

    /** The partition of a row key, or null if it is not committed. */
    String part(String key) {
        return partByKey.get(key);
    }

    /** The row keys that belong to none of these primary keys. */
    public Set<String> keysBut(Set<String> listed, Set<String> deleted) {
        Set<String> others = new HashSet<>(partByKey.keySet());
        listed.forEach(primaryKey -> others.remove(keyOf(primaryKey)));
        deleted.forEach(primaryKey -> others.remove(keyOf(primaryKey)));
        return others;
    }

    public int size() {
        return partByKey.size();
    }
}
