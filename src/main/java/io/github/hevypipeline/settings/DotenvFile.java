package io.github.hevypipeline.settings;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvException;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code .env}. Thread-safe. */
final class DotenvFile {
    private static final Logger LOG = LoggerFactory.getLogger(DotenvFile.class);
    private static final String NAME = ".env";

    private DotenvFile() {}

    private static void warnIfReadable(Path file, Map<String, String> values) {
        boolean holdsSecret = Settings.SECRETS.stream()
                .anyMatch(secret -> !values.getOrDefault(secret, "").isBlank());
        if (!holdsSecret || !file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.GROUP_READ)
                    || permissions.contains(PosixFilePermission.OTHERS_READ)) {
                LOG.warn("settings  .env holds secrets, and others may read it; run chmod 600 .env");
            }
        } catch (IOException e) {
            LOG.debug("The permissions of .env cannot be read", e);
        }
    }

    /** The file and the line that the parser quotes in its message; the message itself may hold a secret. */
    private static String place(Path file, String message) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank()
                        && String.valueOf(message).contains(lines.get(i).strip())) {
                    return "Line " + (i + 1) + " of .env";
                }
            }
        } catch (IOException e) {
            LOG.debug(".env cannot be read", e);
        }
        return "A line of .env";
    }

    /**
     * The values in {@code .env} of a folder; empty without the file.
     *
     * @throws ConfigError if a line cannot be parsed; does not quote it, as it may hold a secret
     */
    static Map<String, String> read(Path folder) {
        try {
            Map<String, String> values = new HashMap<>();
            Dotenv.configure()
                    .directory(folder.toAbsolutePath().toString())
                    .ignoreIfMissing()
                    .load()
                    .entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)
                    .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
            warnIfReadable(folder.resolve(NAME), values);
            return values;
        } catch (DotenvException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    place(folder.resolve(NAME), e.getMessage()) + " is not NAME=value.",
                    "Compare it with .env.example: no export before a name, double quotes only, no byte order mark.");
        }
    }
}
