package io.github.hevypipeline.hevy.export;

import io.github.hevypipeline.failure.ConfigError;
import java.time.ZoneId;
import java.util.Objects;

/**
 * How an export is read.
 *
 * <p>Immutable.
 *
 * @param zone where the times of the file are local: {@code PIPELINE_TIMEZONE}
 * @param language the language of its dates, for example {@code pl}: {@code HEVY_EXPORT_LANGUAGE}; blank to have it found
 */
public record ExportOptions(ZoneId zone, String language) {
    public ExportOptions {
        Objects.requireNonNull(zone);
        Objects.requireNonNull(language);
    }

    /**
     * Refuses a language that does not exist, before any file is read.
     *
     * @throws ConfigError naming the setting
     */
    public void check() {
        if (!language.isBlank()) {
            ExportDates.of(language);
        }
    }
}
