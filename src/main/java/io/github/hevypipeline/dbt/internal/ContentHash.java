package io.github.hevypipeline.dbt.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One hash over the files, settings and variables that shape a build. Immutable.
 *
 * @param environment only the settings that a template read
 */
public record ContentHash(List<ProjectFile> files, Map<String, String> environment, Map<String, Object> variables) {
    public String hexadecimal() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach(file -> add(digest, file.path(), file.text()));
            new TreeMap<>(environment).forEach((name, value) -> add(digest, name, value));
            new TreeMap<>(variables).forEach((name, value) -> add(digest, name, String.valueOf(value)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The lengths keep one entry from running into the next. */
    private static void add(MessageDigest digest, String name, String value) {
        for (String part : List.of(name, value)) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
    }
}
