package io.github.hevypipeline.extract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.raw.Resource;
import io.github.hevypipeline.raw.Roster;
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

/**
 * Reads an answer of a paged list and refuses what is not one.
 *
 * <p>Immutable and thread-safe. It streams: an answer is never in memory as a whole.
 */
final class PageReader {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String PAGE_COUNT = "page_count";
    private static final String UPDATED_AT = "updated_at";
    private static final int SHOWN_CHARACTERS = 120;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Resource resource;

    PageReader(Resource resource) {
        this.resource = resource;
    }

    /**
     * Reads the answer kept in a file.
     *
     * @throws SystemError if it is not a page of the resource, with its first characters
     */
    Page read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = JSON.createParser(in)) {
            return read(parser, file);
        } catch (JsonParseException | CharConversionException e) {
            throw notAPage("it is not JSON", file, e);
        } catch (JsonProcessingException e) {
            throw notAPage(e.getOriginalMessage(), file, e);
        }
    }

    private Page read(JsonParser parser, Path file) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw notAPage("it is not a JSON object", file, null);
        }
        Integer pageCount = null;
        List<Roster.Item> items = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals(PAGE_COUNT) && value == JsonToken.VALUE_NUMBER_INT) {
                pageCount = parser.getIntValue();
            } else if (field.equals(resource.listKey()) && value == JsonToken.START_ARRAY) {
                items = readItems(parser, file);
            } else {
                parser.skipChildren();
            }
        }
        if (items == null) {
            throw notAPage("it has no list " + resource.listKey(), file, null);
        }
        if (pageCount == null || pageCount < 0) {
            throw notAPage("it has no whole number " + PAGE_COUNT, file, null);
        }
        return new Page(pageCount, items);
    }

    private List<Roster.Item> readItems(JsonParser parser, Path file) throws IOException {
        List<Roster.Item> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw notAPage("an element of " + resource.listKey() + " is not an object", file, null);
            }
            items.add(readItem(parser, file));
        }
        return items;
    }

    private Roster.Item readItem(JsonParser parser, Path file) throws IOException {
        String id = null;
        long updatedAt = Long.MIN_VALUE;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals(resource.primaryKey()) && isKey(value)) {
                id = parser.getText();
            } else if (field.equals(UPDATED_AT) && value == JsonToken.VALUE_STRING) {
                updatedAt = micros(parser.getText());
            } else {
                parser.skipChildren();
            }
        }
        if (id == null || id.isEmpty()) {
            throw notAPage("an element of " + resource.listKey() + " has no " + resource.primaryKey(), file, null);
        }
        return new Roster.Item(id, updatedAt);
    }

    /** A fraction has more than one way to be written, so it identifies nothing. */
    private static boolean isKey(JsonToken value) {
        return value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT;
    }

    /** A time that cannot be read makes the item older than any other, and fails nothing. */
    private static long micros(String time) {
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
                "The answer of " + resource.path() + " is not a page: " + reason + ". It begins: " + beginning(file),
                "Try again later; if it stays so, the API has changed: please report it.",
                origin);
    }

    /** The first characters, safe to show. */
    private static String beginning(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(SHOWN_CHARACTERS), StandardCharsets.UTF_8);
            return '"' + TerminalText.of(text, SHOWN_CHARACTERS) + '"';
        } catch (IOException e) {
            return "(unreadable: " + e.getMessage() + ")";
        }
    }
}
