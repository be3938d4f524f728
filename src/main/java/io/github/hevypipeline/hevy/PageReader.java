package io.github.hevypipeline.hevy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.ItemDeduplicator;
import io.github.hevypipeline.lake.Load;
import io.github.hevypipeline.lake.schema.UtcTimes;
import io.github.hevypipeline.report.TerminalText;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Parses a page of a feed, and rejects any other response.
 *
 * <p>Immutable and thread-safe. From a file it streams: the response is never in memory as a whole.
 */
final class PageReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String PAGE_COUNT = "page_count";
    private static final String UPDATED_AT = "updated_at";
    private static final String TYPE = "type";
    private static final String UPDATED = "updated";
    private static final String DELETED = "deleted";
    private static final int SHOWN_CHARACTERS = 120;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Feed feed;
    /** What an export lists has no time of its last edit; the time that it is of tells how far the export reaches. */
    private final String versionField;

    PageReader(Feed feed) {
        this.feed = feed;
        String exported = feed.resource().apiWinsWithin();
        this.versionField = exported == null ? UPDATED_AT : exported;
    }

    /**
     * Parses a stored response.
     *
     * @throws SystemError if it is not a page of the feed; the message shows its first characters
     */
    Page read(Path file) throws IOException {
        return orRefuse(file, () -> {
            try (InputStream in = Files.newInputStream(file);
                    JsonParser parser = JSON.createParser(in)) {
                return new Reading(parser, file).page();
            }
        });
    }

    /**
     * Reads the response that was parsed from a file.
     *
     * @throws SystemError if it is not a page of the feed, with its first characters
     */
    Page read(JsonNode response, Path file) throws IOException {
        return orRefuse(file, () -> {
            try (JsonParser parser = response.traverse()) {
                return new Reading(parser, file).page();
            }
        });
    }

    /**
     * Parses the response in a file.
     *
     * @throws SystemError if it is not JSON, with its first characters
     */
    JsonNode parse(Path file) throws IOException {
        return orRefuse(file, () -> Load.parse(file));
    }

    @FunctionalInterface
    private interface Parsing<T> {
        T run() throws IOException;
    }

    private <T> T orRefuse(Path file, Parsing<T> parsing) throws IOException {
        try {
            return parsing.run();
        } catch (JsonParseException | CharConversionException e) {
            throw notAPage("it is not JSON", file, e);
        } catch (JsonProcessingException e) {
            throw notAPage(e.getOriginalMessage(), file, e);
        }
    }

    /** Parses a response that a killed run has left; empty if it is incomplete. */
    Optional<Page> readWhole(Path file) throws IOException {
        try {
            return Optional.of(read(file));
        } catch (SystemError cutShort) {
            return Optional.empty();
        }
    }

    /** The parsing of one response. */
    private final class Reading {
        private final JsonParser parser;
        private final Path file;
        private final List<ItemDeduplicator.Item> items = new ArrayList<>();
        private final Set<String> unknownEvents = new TreeSet<>();
        private int untold;

        Reading(JsonParser parser, Path file) {
            this.parser = parser;
            this.file = file;
        }

        Page page() throws IOException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw notAPage("it is not a JSON object", file, null);
            }
            boolean paged = feed.resource().isPaged();
            Integer pageCount = paged ? null : 1;
            boolean hasItems = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                boolean isItems = field.equals(feed.itemsKey()) && !hasItems;
                if (paged && field.equals(PAGE_COUNT) && value == JsonToken.VALUE_NUMBER_INT) {
                    pageCount = parser.getIntValue();
                } else if (isItems && paged && value == JsonToken.START_ARRAY) {
                    readElements();
                    hasItems = true;
                } else if (isItems && !paged && value == JsonToken.START_OBJECT) {
                    items.add(readItem());
                    hasItems = true;
                } else {
                    parser.skipChildren();
                }
            }
            if (!hasItems) {
                throw notAPage("it has no " + (paged ? "list " : "object ") + feed.itemsKey(), file, null);
            }
            if (pageCount == null || pageCount < 0) {
                throw notAPage("it has no whole number " + PAGE_COUNT, file, null);
            }
            return new Page(pageCount, items, unknownEvents, untold);
        }

        private void readElements() throws IOException {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    throw notAPage("an element of " + feed.itemsKey() + " is not an object", file, null);
                }
                items.add(feed.isChanges() ? readEvent() : readItem());
            }
        }

        /** The key and version of an item; null without a key. */
        private ItemDeduplicator.Item readKey() throws IOException {
            String id = null;
            long updatedAt = Long.MIN_VALUE;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals(feed.resource().primaryKey()) && isKey(value)) {
                    id = parser.getText();
                } else if (field.equals(versionField) && value == JsonToken.VALUE_STRING) {
                    updatedAt = micros(parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
            return id == null || id.isEmpty() ? null : new ItemDeduplicator.Item(id, updatedAt);
        }

        private ItemDeduplicator.Item readItem() throws IOException {
            ItemDeduplicator.Item item = readKey();
            if (item == null) {
                throw notAPage(
                        (feed.resource().isPaged() ? "an element of " : "") + feed.itemsKey() + " has no "
                                + feed.resource().primaryKey(),
                        file,
                        null);
            }
            return item;
        }

        private ItemDeduplicator.Item readEvent() throws IOException {
            String type = "";
            String id = null;
            ItemDeduplicator.Item changed = null;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals(TYPE) && value == JsonToken.VALUE_STRING) {
                    type = parser.getText();
                } else if (field.equals(feed.itemKey()) && value == JsonToken.START_OBJECT) {
                    changed = readKey();
                } else if (field.equals(feed.resource().primaryKey()) && isKey(value)) {
                    id = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
            return event(type, id, changed);
        }

        /** An item that comes with its event exists, whatever the type says. */
        private ItemDeduplicator.Item event(String type, String id, ItemDeduplicator.Item changed) {
            if (type.equals(DELETED)) {
                if (id == null) {
                    throw notAPage(
                            "an event " + DELETED + " has no " + feed.resource().primaryKey(), file, null);
                }
                return new ItemDeduplicator.Item(id, Long.MIN_VALUE, true);
            }
            if (type.equals(UPDATED) && changed == null) {
                throw notAPage("an event " + UPDATED + " has no " + feed.itemKey(), file, null);
            }
            if (!type.equals(UPDATED)) {
                unknownEvents.add(type);
            }
            if (changed == null) {
                untold++;
            }
            return changed;
        }
    }

    /** A fraction is no key, as it can be written in more than one way. */
    private static boolean isKey(JsonToken value) {
        return value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT;
    }

    /** A time that cannot be parsed makes the item older than any other. */
    private static long micros(String time) {
        long plain = UtcTimes.micros(time);
        if (plain != UtcTimes.OTHER_FORM) {
            return plain;
        }
        try {
            OffsetDateTime parsed = OffsetDateTime.parse(time);
            long wholeSeconds = Math.multiplyExact(parsed.toEpochSecond(), MICROS_PER_SECOND);
            return Math.addExact(wholeSeconds, parsed.getNano() / NANOS_PER_MICRO);
        } catch (DateTimeException | ArithmeticException e) {
            return Long.MIN_VALUE;
        }
    }

    private SystemError notAPage(String reason, Path file, Throwable origin) {
        return new SystemError(
                ExitCode.HEVY_API,
                "The response of " + feed.path() + " is not "
                        + (feed.resource().isPaged() ? "a page: " : "as it should be: ") + reason + ". It begins: "
                        + beginning(file),
                "Try again later; if it stays so, the API has changed: please report it.",
                origin);
    }

    /** The first characters, safe to print. */
    private static String beginning(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(SHOWN_CHARACTERS), StandardCharsets.UTF_8);
            return '"' + TerminalText.of(text, SHOWN_CHARACTERS) + '"';
        } catch (IOException e) {
            return "(unreadable: " + e.getMessage() + ")";
        }
    }
}
