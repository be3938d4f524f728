package io.github.hevypipeline.cli;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.settings.Settings;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a person wants to have written about the project.
 *
 * <p>Immutable.
 *
 * @param format as what
 * @param output where to
 */
public record DocsRequest(Format format, Path output) {
    /** How it is written, by the word for it on the command line. */
    public enum Format {
        HTML,
        MARKDOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Without an {@code output}, which is then null, beside the report's place, even where no report is wanted.
     *
     * @throws ConfigError if that is the report's own place
     */
    static DocsRequest of(Format format, Path output, Settings settings) {
        Path report =
                Path.of(settings.get("DBT_DUCKDB_PATH")).toAbsolutePath().resolveSibling(settings.get("REPORT_PATH"));
        Path place = output == null
                ? report.resolveSibling(format == Format.HTML ? "docs.html" : "docs.md")
                : output.toAbsolutePath();
        if (place.normalize().equals(report.normalize())) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    place + " is the report, by REPORT_PATH.",
                    "Name another file with --output, or another REPORT_PATH.");
        }
        return new DocsRequest(format, place);
    }
}
