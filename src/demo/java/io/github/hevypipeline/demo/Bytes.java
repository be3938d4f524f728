package io.github.hevypipeline.demo;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Joins JSON that is already written. */
final class Bytes {
    private Bytes() {}

    /** {@code before}, the parts with commas between them, {@code after}. */
    static byte[] of(String before, List<byte[]> parts, String after) {
        int size = before.length() + after.length() + parts.size();
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteArrayOutputStream joined = new ByteArrayOutputStream(size);
        joined.writeBytes(before.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < parts.size(); i++) {
            if (i > 0) {
                joined.write(',');
            }
            joined.writeBytes(parts.get(i));
        }
        joined.writeBytes(after.getBytes(StandardCharsets.UTF_8));
        return joined.toByteArray();
    }
}
