package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads tags, each place of which may have one text or a list; those of all places add up. Thread-safe. */
final class Tags {
    private Tags() {}

    /** The tags of all these places, of which any may be null. */
    static Set<String> of(JsonNode... places) {
        Set<String> tags = new LinkedHashSet<>();
        for (JsonNode place : places) {
            if (place != null && place.isArray()) {
                place.forEach(tag -> tags.add(tag.asText()));
            } else if (place != null && place.isValueNode() && !place.isNull()) {
                tags.add(place.asText());
            }
        }
        return tags;
    }

    static JsonNode both(JsonNode first, JsonNode second) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        of(first, second).forEach(all::add);
        return all;
    }
}
