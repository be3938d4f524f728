package io.github.hevypipeline.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state from which the next load starts: watermarks, the columns of the tables, and the account.
 *
 * <p>Immutable, as long as nobody changes its JSON.
 *
 * @param version counts the states, from 1; 0 before the first
 * @param json {@code {"watermarks": {"workouts": "<instant>"}, "full_refreshes": {"workouts": "<instant>"}, "tables": {"<table>": {"<column>": "<type>"}}, "account": {"id", "name", "salt", "source"}}}
 */
public record PipelineState(long version, JsonNode json) {
    /** The format that this program writes, and the newest that it reads. */
    public static final long ENGINE_VERSION = 1;

    private static final String WATERMARKS = "watermarks";
    private static final String FULL_REFRESHES = "full_refreshes";
    private static final String TABLES = "tables";
    private static final String ACCOUNT = "account";

    public static final PipelineState EMPTY = new PipelineState(0, JsonNodeFactory.instance.objectNode());

    /** The watermark: changes up to this instant have been loaded. Empty before the first load. */
    public Optional<Instant> watermark(String resource) {
        return instant(WATERMARKS, resource);
    }

    /** When the last committed load that fetched all of a resource began; empty if none has. */
    Optional<Instant> fullRefresh(String resource) {
        return instant(FULL_REFRESHES, resource);
    }

    private Optional<Instant> instant(String of, String resource) {
        JsonNode instant = json.path(of).path(resource);
        return instant.isTextual() ? Optional.of(Instant.parse(instant.textValue())) : Optional.empty();
    }

    /**
     * Checks that a load can start from it.
     *
     * @throws RuntimeException if an instant or a type is not valid
     */
    public void requireSound(DatasetSchema declared) {
        for (String times : List.of(WATERMARKS, FULL_REFRESHES)) {
            json.path(times).properties().forEach(time -> instant(times, time.getKey()));
        }
        if (!json.path(TABLES).isObject()) {
            throw new IllegalArgumentException("a state without tables");
        }
        declared.with(tables());
    }

    /** Whose lake it is, and nothing else. */
    PipelineState accountAlone() {
        ObjectNode account = JsonNodeFactory.instance.objectNode();
        if (json.path(ACCOUNT).isObject()) {
            account.set(ACCOUNT, json.path(ACCOUNT));
        }
        return new PipelineState(0, account);
    }

    public JsonNode tables() {
        return json.path(TABLES);
    }

    /** Whose data the lake holds; empty if an older program wrote the state. */
    public Optional<LakeAccount> account() {
        return LakeAccount.read(json.path(ACCOUNT));
    }

    /** The state after a load of an account that began at {@code startedAt} and has reached these watermarks. */
    public PipelineState next(
            Map<String, Instant> reached,
            List<String> refreshed,
            Instant startedAt,
            DatasetSchema schema,
            Optional<LakeAccount> account) {
        ObjectNode next = json.deepCopy();
        ObjectNode watermarks = next.withObject("/" + WATERMARKS);
        reached.forEach((resource, watermark) -> watermarks.put(resource, watermark.toString()));
        ObjectNode fullRefreshes = next.withObject("/" + FULL_REFRESHES);
        refreshed.forEach(resource -> fullRefreshes.put(resource, startedAt.toString()));
        next.set(TABLES, schema.toJson());
        account.ifPresent(known -> next.set(ACCOUNT, known.toJson()));
        return new PipelineState(version + 1, next);
    }
}
