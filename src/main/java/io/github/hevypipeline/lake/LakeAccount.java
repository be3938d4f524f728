package io.github.hevypipeline.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.report.TerminalText;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The Hevy account that a lake holds, as its committed state names it.
 *
 * <p>Immutable. The key is not in it: a salted hash tells whether a run uses the same address and key as the last one.
 *
 * @param id Hevy's id of the user; null if Hevy did not tell
 * @param name the user's name, for messages; null if Hevy did not tell
 * @param salt random, in hexadecimal
 * @param source the hash of salt and source, in hexadecimal
 */
public record LakeAccount(String id, String name, String salt, String source) {
    private static final int SALT_BYTES = 16;
    private static final int MAX_SHOWN = 60;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The account of a key, as Hevy tells it; {@code id} and {@code name} may be null. */
    public static LakeAccount told(String id, String name, String source) {
        byte[] random = new byte[SALT_BYTES];
        RANDOM.nextBytes(random);
        String salt = HexFormat.of().formatHex(random);
        return new LakeAccount(id, name, salt, hash(salt, source));
    }

    /** Reads the account of a state; empty if an older program wrote it without one. */
    static Optional<LakeAccount> read(JsonNode json) {
        if (!json.isObject()) {
            return Optional.empty();
        }
        return Optional.of(new LakeAccount(
                json.path("id").asText(null),
                json.path("name").asText(null),
                json.path("salt").asText(""),
                json.path("source").asText("")));
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (id != null) {
            json.put("id", id);
        }
        if (name != null) {
            json.put("name", name);
        }
        return json.put("salt", salt).put("source", source);
    }

    /** Whether the lake was last loaded with this address and key, so that nobody needs to be asked whose it is. */
    public boolean isOf(String usedSource) {
        return source.equals(hash(salt, usedSource));
    }

    /** Whether both are known by their id, and it is the same one. */
    public boolean isSameAs(LakeAccount other) {
        return id != null && id.equals(other.id);
    }

    /** Whether both are known by their id, and the ids differ. */
    public boolean isAnotherThan(LakeAccount other) {
        return id != null && other.id != null && !id.equals(other.id);
    }

    /** The account for a message: {@code sam (9d1e2f3a-…)}. */
    public String shown() {
        if (id == null) {
            return "an account that Hevy did not name";
        }
        String shownId = TerminalText.of(id, MAX_SHOWN);
        return name == null || name.isBlank() ? shownId : TerminalText.of(name, MAX_SHOWN) + " (" + shownId + ")";
    }

    private static String hash(String salt, String source) {
        return HexFormat.of().formatHex(Sha256.of((salt + '\n' + source).getBytes(StandardCharsets.UTF_8)));
    }
}
