package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.files.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;

/**
 * Makes the deterministic row keys of the column {@code _dlt_id}.
 *
 * <p>Not thread-safe; it belongs to one flattener. A key is the first 10 bytes of a SHA-256, in base64 without
 * padding: 14 characters. The text behind a root row is {@code table NUL primary key}, behind a child row
 * {@code parent's key NUL table NUL list index}, in UTF-8 as the columns hold it, so anyone can make
 * the same keys again.
 */
final class RowKeys {
    private static final int KEY_BYTES = 10;
    private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

    private final MessageDigest sha256 = Sha256.digest();

    String root(String table, String primaryKey) {
        return key(JsonValues.repaired(table + '\0' + primaryKey));
    }

    String child(String parentKey, String table, long listIndex) {
        return key(parentKey + '\0' + table + '\0' + listIndex);
    }

    private String key(String text) {
        byte[] hash = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
        return BASE64.encodeToString(Arrays.copyOf(hash, KEY_BYTES));
    }
}
