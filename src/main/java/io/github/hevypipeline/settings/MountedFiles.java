package io.github.hevypipeline.settings;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Reads settings that Kubernetes mounts as files: one file per setting, named after it, or a properties file of
 * several.
 *
 * <p>Thread-safe. Camel K mounts a ConfigMap or Secret at {@code _configmaps/<name>} or {@code _secrets/<name>} of its
 * configuration folder.
 */
final class MountedFiles {
    private static final String PROPERTIES = ".properties";

    private MountedFiles() {}

    /**
     * The settings mounted below a folder; empty without the folder.
     *
     * @throws ConfigError if a file cannot be read
     */
    static Map<String, String> read(Path folder) {
        Map<String, String> settings = new HashMap<>();
        if (!Files.isDirectory(folder)) {
            return settings;
        }
        try (Stream<Path> below = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = below.filter(Files::isRegularFile)
                    .filter(file -> !isVersion(folder.relativize(file)))
                    .sorted()
                    .toList();
            for (Path file : files) {
                settings.putAll(settingsOf(file));
            }
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The settings mounted at " + folder + " cannot be read: " + e.getMessage(),
                    "Allow reading them, or mount none.",
                    e);
        }
        return settings;
    }

    /** Kubernetes keeps each version of the files in a folder named {@code ..<timestamp>}, and links to the newest. */
    private static boolean isVersion(Path file) {
        for (Path part : file) {
            if (part.toString().startsWith("..")) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, String> settingsOf(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!name.endsWith(PROPERTIES)) {
            return Map.of(name, Files.readString(file));
        }
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        return Settings.asMap(properties);
    }
}
