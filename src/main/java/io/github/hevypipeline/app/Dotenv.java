package io.github.hevypipeline.app;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a {@code .env} file as python-dotenv does: {@code NAME=value}, perhaps after {@code export}, perhaps in quotes,
 * perhaps with a comment behind.
 *
 * <p>Thread-safe: it holds nothing. A value is one line, and nothing in it is expanded.
 */
final class Dotenv {
    private static final Pattern NOTHING = Pattern.compile("\\s*(#.*)?");
    private static final Pattern LINE = Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.]*)\\s*=\\s*"
            + "(?:'(?<single>[^']*)'\\s*(?:#.*)?|\"(?<twice>[^\"]*)\"\\s*(?:#.*)?|(?<bare>[^'\"].*)?)");
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*");

    private Dotenv() {}

    /**
     * Reads a file; one that is not there holds nothing.
     *
     * @throws ConfigError naming the line, which it does not quote since lines hold secrets
     */
    static Map<String, String> read(Path file) {
        if (!Files.exists(file)) {
            return Map.of();
        }
        List<String> lines;
        try {
            lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .replace("\ufeff", "")
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The file .env cannot be read: " + e.getClass().getSimpleName() + ".",
                    "Allow reading it, or take it away.");
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (line.matches()) {
                values.put(line.group(1), value(line));
            } else if (!NOTHING.matcher(lines.get(i)).matches()) {
                throw new ConfigError(
                        ExitCode.CONFIGURATION,
                        "The file .env is not right: line " + (i + 1) + " is not NAME=value.",
                        "Compare it with .env.example.");
            }
        }
        return values;
    }

    private static String value(Matcher line) {
        if (line.group("single") != null) {
            return line.group("single");
        }
        if (line.group("twice") != null) {
            return line.group("twice");
        }
        String bare = line.group("bare");
        return bare == null ? "" : COMMENT.matcher(bare).replaceFirst("").strip();
    }
}
