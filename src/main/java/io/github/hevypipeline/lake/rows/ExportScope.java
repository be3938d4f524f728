package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;

/**
 * Lets the API win over an export: leaves out each exported root whose time lies between the oldest and the newest root of
 * the API.
 *
 * <p>Immutable and thread-safe. An export has minutes and no ids, so times are compared by the minute, and
 * never row by row: within that time whatever the API does not have was deleted there.
 */
public final class ExportScope implements Merge.Scope {
    private final Merge.Scope scope;
    private final String column;
    private final NavigableSet<String> ofApi;

    private ExportScope(Merge.Scope scope, String column, NavigableSet<String> ofApi) {
        this.scope = scope;
        this.column = column;
        this.ofApi = ofApi;
    }

    /**
     * Reads the times of the API's roots.
     *
     * @param isRead whether the load has read an export, which is a full list; else the committed roots stay
     * @param column the time of a root
     * @param api the files of the root table that the API has brought
     */
    public static ExportScope of(boolean isRead, String column, TableSchema table, List<Path> api) throws IOException {
        NavigableSet<String> times = new TreeSet<>();
        try (RowReader rows = new RowReader(table, api)) {
            for (GenericRecord row = rows.next(); row != null; row = rows.next()) {
                String time = minute(row.get(column));
                if (time != null) {
                    times.add(time);
                }
            }
        }
        return new ExportScope(isRead ? EVERYTHING : KEPT, column, times);
    }

    /** Nothing was fetched. */
    private static final Merge.Scope KEPT = new Merge.Scope() {
        @Override
        public boolean touches(String part) {
            return false;
        }

        @Override
        public boolean keeps(String key) {
            return true;
        }
    };

    /** Text that sorts as the times do; a day stays as it is. */
    private static String minute(Object time) {
        if (time == null) {
            return null;
        }
        Object micros = time instanceof Long ? time : JsonValues.micros(time.toString());
        return micros instanceof Long instant
                ? Instant.EPOCH
                        .plus(instant, ChronoUnit.MICROS)
                        .truncatedTo(ChronoUnit.MINUTES)
                        .toString()
                : time.toString();
    }

    @Override
    public boolean touches(String part) {
        return scope.touches(part);
    }

    @Override
    public boolean keeps(String key) {
        return scope.keeps(key);
    }

    @Override
    public boolean passesOverSome() {
        return !ofApi.isEmpty();
    }

    @Override
    public boolean passesOver(GenericRecord root) {
        String time = minute(root.get(column));
        return time != null && time.compareTo(ofApi.first()) >= 0 && time.compareTo(ofApi.last()) <= 0;
    }

    @Override
    public boolean isShared(GenericRecord root) {
        String time = minute(root.get(column));
        return time != null && ofApi.contains(time);
    }
}
