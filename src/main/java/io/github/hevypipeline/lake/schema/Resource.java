package io.github.hevypipeline.lake.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;

/**
 * What the Hevy API has at one path and the raw table that it fills, as {@code schemas/resources.yaml} declares it.
 *
 * <p>Immutable.
 *
 * @param name for example {@code workouts}
 * @param table the root table that it fills; the name, unless an export fills a table of the API
 * @param exported whether it comes from the app's export, not from the API
 * @param path of the HTTP request, for example {@code /v1/workouts}
 * @param pageSize items a page; the API refuses more than its own limit; 0 if there are no pages
 * @param listKey the field of a page that holds the items; null if there are no pages
 * @param objectKey the field of the response that holds the only item; null if there are pages
 * @param primaryKey the field of an item that identifies it
 * @param writeDisposition what a load does with rows that are there already
 * @param partitionByYearOf the timestamp column whose year divides the files, or null for a single partition
 * @param missingMeansEmpty whether a first page that is not there means that the person has none
 * @param identifiesAccount whether no two accounts share an item of it
 * @param optional whether a load goes on without it if Hevy does not give it; its rows then stay as they are
 * @param events the feed of changes, or null if the API has none: then every load fetches all items
 * @param count where the API says how many items there are, or null
 * @param apiWinsWithin the column with the time of an exported item: one between the oldest and the newest that the API has
 *     is passed over; null if the API has nothing like it
 */
public record Resource(
        String name,
        String table,
        boolean exported,
        String path,
        @JsonProperty("page_size") int pageSize,
        @JsonProperty("list_key") String listKey,
        @JsonProperty("object_key") String objectKey,
        @JsonProperty("primary_key") String primaryKey,
        @JsonProperty("write_disposition") WriteDisposition writeDisposition,
        @JsonProperty("partition_by_year_of") String partitionByYearOf,
        @JsonProperty("missing_means_empty") boolean missingMeansEmpty,
        @JsonProperty("identifies_account") boolean identifiesAccount,
        boolean optional,
        Events events,
        Count count,
        @JsonProperty("api_wins_within") String apiWinsWithin) {
    private static final String EXPORTED_PART = "export_";

    /** What a load does with the rows of earlier loads; the terms are dlt's. */
    public enum WriteDisposition {
        /** Rows are replaced by primary key, with all their children. */
        @JsonProperty("merge")
        MERGE,
        /** The new rows are the whole table. */
        @JsonProperty("replace")
        REPLACE
    }

    /**
     * The feed of what was changed or deleted since a time.
     *
     * @param path of the HTTP request
     * @param listKey the field of a page that holds the events
     * @param itemKey the field of an event that holds the changed item
     * @param overlap how far before the watermark to begin, as ISO 8601: nobody promises that the feed has no gaps
     */
    public record Events(
            String path,
            @JsonProperty("list_key") String listKey,
            @JsonProperty("item_key") String itemKey,
            String overlap) {

        /** Where the feed is read from, given the time up to which everything is known. */
        public Instant since(Instant watermark) {
            return watermark.minus(Duration.parse(overlap)).truncatedTo(ChronoUnit.MILLIS);
        }
    }

    /**
     * How many items there are.
     *
     * @param path of the HTTP request
     * @param key the field of the response
     */
    public record Count(String path, String key) {}

    /** Whether the items come in pages; otherwise one response holds one item. */
    public boolean isPaged() {
        return objectKey == null;
    }

    /** Whether the entry says all that a resource needs. */
    boolean isWhole() {
        boolean delivered = objectKey != null || (listKey != null && pageSize > 0);
        return path != null && primaryKey != null && writeDisposition != null && delivered;
    }

    public static List<String> names(Collection<Resource> resources) {
        return resources.stream().map(Resource::name).toList();
    }

    Resource named(String key) {
        return new Resource(
                key,
                table == null ? key : table,
                exported,
                path,
                pageSize,
                listKey,
                objectKey,
                primaryKey,
                writeDisposition,
                partitionByYearOf,
                missingMeansEmpty,
                identifiesAccount,
                optional,
                events,
                count,
                apiWinsWithin);
    }

    /** The name of a partition of its own; what an export brings never shares a file with what the API brings. */
    public String part(String name) {
        return exported ? EXPORTED_PART + name : name;
    }

    /** Whether the rows of a partition come from this resource, not from another one of the same table. */
    public boolean owns(String part) {
        return exported == isExported(part);
    }

    /** Whether an export has brought the rows of a partition. */
    public static boolean isExported(String part) {
        return part.startsWith(EXPORTED_PART);
    }
}
