package io.github.hevypipeline.lake.internal;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON of pages that were fetched but not landed yet, so that none is parsed twice.
 *
 * <p>Thread-safe. Bounded: a page that is too large, or finds no room, is parsed again from its file.
 */
public final class ParsedPages {
    /** A tree takes about eight times the memory of its text. */
    private static final long MAX_BYTES = 4L << 20;

    private static final long MAX_PAGE_BYTES = 1L << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Map<Path, Parsed> pages = new HashMap<>();
    private long bytes;

    private record Parsed(JsonNode json, long bytes) {}

    /** Parses a page with every digit of its numbers. */
    public static JsonNode parse(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return JSON.readTree(in);
        }
    }

    /** Whether a page is small enough to be in memory as a whole while others are fetched. */
    public static boolean isSmall(long pageBytes) {
        return pageBytes <= MAX_PAGE_BYTES;
    }

    /** Keeps a page until it is taken, if there is room. */
    public synchronized void put(Path file, JsonNode json, long pageBytes) {
        remove(file);
        if (bytes + pageBytes <= MAX_BYTES) {
            pages.put(file, new Parsed(json, pageBytes));
            bytes += pageBytes;
        }
    }

    /** Takes a page out, parsing it again if it is not here. */
    public JsonNode take(Path file) throws IOException {
        Optional<JsonNode> parsed = remove(file);
        return parsed.isPresent() ? parsed.get() : parse(file);
    }

    private synchronized Optional<JsonNode> remove(Path file) {
        Parsed parsed = pages.remove(file);
        if (parsed == null) {
            return Optional.empty();
        }
        bytes -= parsed.bytes();
        return Optional.of(parsed.json());
    }

    /** Forgets all pages in a folder. */
    public synchronized void forget(Path folder) {
        pages.keySet().removeIf(file -> file.startsWith(folder));
        bytes = pages.values().stream().mapToLong(Parsed::bytes).sum();
    }
}
