package io.github.hevypipeline.hevy;

import io.github.hevypipeline.failure.Secrets;
import io.github.hevypipeline.files.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * One of many accounts: its API key, and the pace of its requests. Routes carry it in the variable {@code account}.
 *
 * <p>Thread-safe. Its text is the id alone, so that the key is in no log, and {@link HevyHttpClient} alone reads the key.
 */
public final class HevyAccount {
    private final String id;
    private final String key;
    private final Pace pace;

    public HevyAccount(String id, String key, Pace pace) {
        this.id = id;
        this.key = key;
        this.pace = pace;
    }

    /** Tells the account and its key from all others, without revealing the key. */
    public String source(String baseUrl) {
        return HexFormat.of().formatHex(Sha256.of((baseUrl + '\n' + key).getBytes(StandardCharsets.UTF_8)));
    }

    /** Replaces the key, in whatever form, with three asterisks. */
    public String strike(String text) {
        return Secrets.strike(text, key);
    }

    String key() {
        return key;
    }

    Pace pace() {
        return pace;
    }

    /** The id. */
    @Override
    public String toString() {
        return id;
    }
}
