package io.github.hevypipeline.app;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvException;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Reads the file {@code .env} of a folder. Thread-safe: it holds nothing. */
final class DotenvFile {
    private DotenvFile() {}

    /**
     * The values in the file; a file that is not there holds none.
     *
     * @throws ConfigError that quotes no line, since lines hold secrets
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
            return values;
        } catch (DotenvException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The file .env has a line that is not NAME=value.",
                    "Compare it with .env.example: no export before a name, double quotes only, no byte order mark.");
        }
    }
}
