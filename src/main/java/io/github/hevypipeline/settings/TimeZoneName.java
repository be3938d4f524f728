package io.github.hevypipeline.settings;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The name of a time zone in the form that Java, crontab and DuckDB take alike: a place, {@code UTC}, or {@code Etc/GMT-2}
 * for two hours before UTC.
 *
 * <p>Thread-safe: it holds nothing. DuckDB knows {@code +02:00} not at all and drops the minutes of {@code UTC+05:30}
 * without a word.
 */
final class TimeZoneName {
    private static final int SECONDS_AN_HOUR = 3600;
    private static final int MAX_HOURS = 14;
    private static final int MIN_HOURS = -12;

    private TimeZoneName() {}

    /** {@code +02:00}, {@code GMT+2} and {@code UTC+2} as {@code Etc/GMT-2}; any other text as it is. */
    static String canonical(String text) {
        ZoneId zone = zone(text);
        if (zone == null || isPlace(zone)) {
            return text;
        }
        int seconds = offset(zone).getTotalSeconds();
        int hours = seconds / SECONDS_AN_HOUR;
        if (seconds == 0) {
            return "UTC";
        }
        if (seconds % SECONDS_AN_HOUR != 0 || hours < MIN_HOURS || hours > MAX_HOURS) {
            return text;
        }
        // As POSIX has it: hours west of Greenwich.
        return "Etc/GMT" + (hours > 0 ? "-" : "+") + Math.abs(hours);
    }

    /** Whether it is a zone that everything understands, given its canonical form. */
    static boolean isKnown(String canonical) {
        ZoneId zone = zone(canonical);
        return zone != null && isPlace(zone);
    }

    private static boolean isPlace(ZoneId zone) {
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
