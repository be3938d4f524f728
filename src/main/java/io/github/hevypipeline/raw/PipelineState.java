package io.github.hevypipeline.raw;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;

/**
 * What the next load starts from: the watermarks of the resources and the columns of the tables.
 *
 * <p>Immutable, if its JSON is left alone.
 *
 * @param version counts the states, from 1; 0 before the first
 * @param json {@code {"watermarks": {"workouts": "<instant>"}, "tables": {"<table>": {"<column>": "<type>"}}}}
 */
public record PipelineState(long version, JsonNode json) {
    /** The format that this program writes, and the newest that it reads. */
    static final long ENGINE_VERSION = 1;

    private static final String WATERMARKS = "watermarks";
    private static final String TABLES = "tables";

    static final PipelineState EMPTY = new PipelineState(0, JsonNodeFactory.instance.objectNode());

    /** When the last committed fetch of a resource began; empty before its first load. */
    public Optional<Instant> watermark(String resource) {
        JsonNode watermark = json.path(WATERMARKS).path(resource);
        return watermark.isTextual() ? Optional.of(Instant.parse(watermark.textValue())) : Optional.empty();
    }

    JsonNode tables() {
        return json.path(TABLES);
    }

    /** The state after a load that fetched these resources from {@code watermark} on. */
    PipelineState next(Iterable<String> resources, Instant watermark, DatasetSchema schema) {
        ObjectNode next = json.deepCopy();
        ObjectNode watermarks = next.withObject("/" + WATERMARKS);
        resources.forEach(resource -> watermarks.put(resource, watermark.toString()));
        next.set(TABLES, schema.toJson());
        return new PipelineState(version + 1, next);
    }
}
