package io.github.hevypipeline.hevy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/** Reads whose API key it is from the response of {@code /v1/user/info}. Thread-safe: it holds nothing. */
public final class AccountReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 1 << 16;

    private AccountReader() {}

    /** The id and the name of an account; each is null if Hevy does not tell. */
    public record Told(String id, String name) {}

    /** What a response tells; nothing if it is no user's. {@code body} may be null. */
    public static Told read(InputStream body) throws IOException {
        byte[] response = body == null ? new byte[0] : body.readNBytes(MAX_BYTES);
        try {
            JsonNode user = JSON.readTree(response).path("data");
            return new Told(text(user.path("id")), text(user.path("name")));
        } catch (JsonProcessingException e) {
            return new Told(null, null);
        }
    }

    private static String text(JsonNode value) {
        boolean isText = (value.isTextual() || value.isIntegralNumber())
                && !value.asText().isBlank();
        return isText ? value.asText() : null;
    }
}
