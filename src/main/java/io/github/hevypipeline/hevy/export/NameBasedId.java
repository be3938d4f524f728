package io.github.hevypipeline.hevy.export;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** UUIDs of version 5 (RFC 9562): made of a name, so the same name always has the same id. Thread-safe: it holds nothing. */
final class NameBasedId {
    private static final int VERSION_5 = 5 << 4;
    private static final int VARIANT = 0x80;

    private NameBasedId() {}

    static UUID of(UUID namespace, String name) {
        MessageDigest sha1;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
        sha1.update(ByteBuffer.allocate(Long.BYTES * 2)
                .putLong(namespace.getMostSignificantBits())
                .putLong(namespace.getLeastSignificantBits())
                .array());
        ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
        hash.put(6, (byte) ((hash.get(6) & 0x0F) | VERSION_5));
        hash.put(8, (byte) ((hash.get(8) & 0x3F) | VARIANT));
        return new UUID(hash.getLong(), hash.getLong());
    }
}
