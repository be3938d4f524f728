package io.github.hevypipeline.raw;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One collection of the Hevy API and the raw table that it fills, as {@code schemas/resources.yaml} declares it.
 *
 * <p>Immutable.
 *
 * @param name also the name of its root table
 * @param path of the HTTP request, for example {@code /v1/workouts}
 * @param pageSize items a page; the API refuses more than its own limit
 * @param listKey the field of a page that holds the items
 * @param primaryKey the field of an item that identifies it
 * @param writeDisposition what a load does with rows that are there already
 * @param partitionByYearOf the timestamp column whose year divides the files, or null for a single partition
 */
public record Resource(
        String name,
        String path,
        @JsonProperty("page_size") int pageSize,
        @JsonProperty("list_key") String listKey,
        @JsonProperty("primary_key") String primaryKey,
        @JsonProperty("write_disposition") WriteDisposition writeDisposition,
        @JsonProperty("partition_by_year_of") String partitionByYearOf) {

    /** What a load does with the rows of earlier loads; the terms are dlt's. */
    public enum WriteDisposition {
        /** Rows are replaced by primary key, with all their children. */
        @JsonProperty("merge")
        MERGE,
        /** The new rows are the whole table. */
        @JsonProperty("replace")
        REPLACE
    }

    Resource named(String key) {
        return new Resource(key, path, pageSize, listKey, primaryKey, writeDisposition, partitionByYearOf);
    }
}
