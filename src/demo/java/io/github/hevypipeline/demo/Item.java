package io.github.hevypipeline.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.ref.SoftReference;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Supplier;

/**
 * One element of an account's list as the bytes that go over the wire.
 *
 * <p>Thread-safe. A generated item is written when it is first asked for and may be dropped when memory is short, so
 * that an account of 100,000 workouts costs little until it is read.
 */
final class Item {
    private final String id;
    private final Instant startedAt;
    private final Instant updatedAt;
    private final Supplier<byte[]> source;
    private volatile SoftReference<byte[]> written = new SoftReference<>(null);

    private Item(String id, Instant startedAt, Instant updatedAt, Supplier<byte[]> source) {
        this.id = id;
        this.startedAt = startedAt;
        this.updatedAt = updatedAt;
        this.source = source;
    }

    /** The item as given now; a later change of {@code json} does not reach it. */
    static Item of(ObjectNode json) {
        byte[] bytes = Json.bytes(json);
        return new Item(
                json.path("id").asText(),
                instant(json.path("start_time")),
                instant(json.path("updated_at")),
                () -> bytes);
    }

    /** An item that {@code source} writes the same way each time. */
    static Item generated(String id, Instant startedAt, Instant updatedAt, Supplier<ObjectNode> source) {
        return new Item(id, startedAt, updatedAt, () -> Json.bytes(source.get()));
    }

    String id() {
        return id;
    }

    /** The epoch when the item has no readable start time. */
    Instant startedAt() {
        return startedAt;
    }

    /** The epoch when the item has no readable time of change. */
    Instant updatedAt() {
        return updatedAt;
    }

    byte[] bytes() {
        byte[] bytes = written.get();
        if (bytes == null) {
            bytes = source.get();
            written = new SoftReference<>(bytes);
        }
        return bytes;
    }

    ObjectNode json() {
        return Json.object(bytes());
    }

    /** Tests damage timestamps on purpose; such an item must still be served. */
    private static Instant instant(JsonNode text) {
        try {
            return OffsetDateTime.parse(text.asText()).toInstant();
        } catch (DateTimeException notATime) {
            return Instant.EPOCH;
        }
    }
}
