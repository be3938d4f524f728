package io.github.hevypipeline.hevy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;

/**
 * The user that an API key belongs to, as {@code /v1/user/info} names it.
 *
 * @param id null if the response has none
 * @param name null if the response has none
 */
public record HevyUser(String id, String name) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 1 << 16;

    /** Without id and name: the API does not serve the user. */
    public static final HevyUser UNKNOWN = new HevyUser(null, null);

    /** Reads a response; {@link #UNKNOWN} if it names no user. {@code body} may be null. */
    public static HevyUser read(InputStream body) throws IOException {
        byte[] response = body == null ? new byte[0] : body.readNBytes(MAX_BYTES);
        try {
            JsonNode user = JSON.readTree(response).path("data");
            return new HevyUser(text(user.path("id")), text(user.path("name")));
        } catch (JsonProcessingException e) {
            return UNKNOWN;
        }
    }

    private static String text(JsonNode value) {
        boolean isText = (value.isTextual() || value.isIntegralNumber())
                && !value.asText().isBlank();
        return isText ? value.asText() : null;
    }
}
