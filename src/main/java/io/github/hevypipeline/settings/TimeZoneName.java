package io.github.hevypipeline.settings;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Rewrites time zones to names that Java, cron-utils and DuckDB understand alike: a region, {@code UTC}, or
 * {@code Etc/GMT-2} for {@code +02:00}.
 *
 * <p>Thread-safe. DuckDB does not know {@code +02:00}, and silently drops the minutes of {@code UTC+05:30}.
 */
final class TimeZoneName {
    private static final int SECONDS_PER_HOUR = 3600;
    private static final int MAX_HOURS = 14;
    private static final int MIN_HOURS = -12;

    private TimeZoneName() {}

    /** {@code +02:00}, {@code GMT+2} and {@code UTC+2} as {@code Etc/GMT-2}; any other text as it is. */
    static String canonical(String text) {
        ZoneId zone = zone(text);
        if (zone == null || isRegion(zone)) {
            return text;
        }
        int seconds = offset(zone).getTotalSeconds();
        int hours = seconds / SECONDS_PER_HOUR;
        if (seconds == 0) {
            return "UTC";
        }
        if (seconds % SECONDS_PER_HOUR != 0 || hours < MIN_HOURS || hours > MAX_HOURS) {
            return text;
        }
        // The sign is POSIX's: hours west of Greenwich.
        return "Etc/GMT" + (hours > 0 ? "-" : "+") + Math.abs(hours);
    }

    /** Whether Java, cron-utils and DuckDB all understand this canonical name. */
    static boolean isKnown(String canonical) {
        ZoneId zone = zone(canonical);
        return zone != null && isRegion(zone);
    }

    private static boolean isRegion(ZoneId zone) {
        return ZoneId.getAvailableZoneIds().contains(zone.getId());
    }

    private static ZoneOffset offset(ZoneId zone) {
        return (ZoneOffset) zone.normalized();
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
