package io.github.hevypipeline.hevy.export;

import io.github.hevypipeline.failure.ConfigError;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * How an export is read.
 *
 * <p>Immutable.
 *
 * @param zone where the times of the file are local: {@code PIPELINE_TIMEZONE}
 * @param language the language of its dates, for example {@code pl}: {@code HEVY_EXPORT_LANGUAGE}; blank to have it found
 * @param apiOldest the start of the oldest workout that the API has; null if there is none or no API
 * @param apiNewest the start of the newest workout that the API has; null with the other
 */
public record ExportOptions(ZoneId zone, String language, Instant apiOldest, Instant apiNewest) {
    public ExportOptions {
        Objects.requireNonNull(zone);
        Objects.requireNonNull(language);
        if ((apiOldest == null) != (apiNewest == null)) {
            throw new IllegalArgumentException("both ends or none");
        }
    }

    /** An account without an API key: every workout of the file is taken. */
    public static ExportOptions of(ZoneId zone, String language) {
        return new ExportOptions(zone, language, null, null);
    }

    /** The API wins: only workouts that start before its oldest or after its newest are taken. */
    public ExportOptions besideApi(Instant oldest, Instant newest) {
        return new ExportOptions(zone, language, oldest, newest);
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

    boolean takes(LocalDateTime start) {
        if (apiOldest == null) {
            return true;
        }
        // The file has minutes only: the workout that is the API's oldest starts at that minute.
        Instant instant = start.atZone(zone).toInstant();
        return instant.isBefore(apiOldest.truncatedTo(ChronoUnit.MINUTES)) || instant.isAfter(apiNewest);
    }
}
