package io.github.hevypipeline.hevy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.report.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads how many items Hevy counts, and refuses what is no number. Thread-safe: it holds nothing. */
final class CountReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A number and its name need less. */
    private static final int MAX_BYTES = 4096;

    private static final int MAX_SHOWN = 120;

    private CountReader() {}

    /** {@code body} may be null if there was none. */
    static long read(Resource.Count count, InputStream body) throws IOException {
        byte[] response = body == null ? new byte[0] : body.readNBytes(MAX_BYTES);
        try {
            JsonNode number = JSON.readTree(response).path(count.key());
            if (number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0) {
                return number.longValue();
            }
            throw notACount(count, response, null);
        } catch (JsonProcessingException e) {
            throw notACount(count, response, e);
        }
    }

    private static SystemError notACount(Resource.Count count, byte[] response, Exception origin) {
        return new SystemError(
                ExitCode.HEVY_API,
                "The response of " + count.path() + " has no whole number " + count.key() + ". It begins: "
                        + TerminalText.of(new String(response, StandardCharsets.UTF_8), MAX_SHOWN),
                "Try again later; if it stays so, the API has changed: please report it.",
                origin);
    }
}
