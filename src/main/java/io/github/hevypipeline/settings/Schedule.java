package io.github.hevypipeline.settings;

import io.github.hevypipeline.failure.ConfigError;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/**
 * When runs are due: once per period, or at the times of a cron expression.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Schedule permits Schedule.Period, Crontab {
    /** A duration in Camel's notation, largest unit first, or in milliseconds. */
    Pattern LENGTH = Pattern.compile("(?=.)(\\d{1,9}d)?(\\d{1,9}h)?(\\d{1,9}m)?(\\d{1,9}s)?(\\d{1,9}ms)?|\\d{1,12}");

    /** When the first run is due in a process that started at {@code up}. */
    Instant first(Instant up);

    /** The first due time after {@code time}. */
    Instant after(Instant time);

    /**
     * Parses {@code 1h}, {@code 0 6 * * *} or {@code @daily}; a cron expression is of local time in {@code zone}.
     *
     * @throws ConfigError if the text is neither
     */
    static Schedule of(String text, ZoneId zone) {
        if (LENGTH.matcher(text).matches() && TimeUtils.toMilliSeconds(text) > 0) {
            return new Period(Duration.ofMillis(TimeUtils.toMilliSeconds(text)));
        }
        return Crontab.parse(text, zone);
    }

    /**
     * A run at once, and each further one a period after the start of the last.
     *
     * @param length positive
     */
    record Period(Duration length) implements Schedule {
        @Override
        public Instant first(Instant up) {
            return up;
        }

        @Override
        public Instant after(Instant time) {
            return time.plus(length);
        }
    }
}
