package io.github.hevypipeline.settings;

import io.github.hevypipeline.failure.ConfigError;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/**
 * At what times runs should begin: in a period, or as a crontab says.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Schedule permits Schedule.Period, Crontab {
    /** As Camel writes a length of time, largest unit first, or milliseconds. */
    Pattern LENGTH = Pattern.compile("(?=.)(\\d{1,9}d)?(\\d{1,9}h)?(\\d{1,9}m)?(\\d{1,9}s)?(\\d{1,9}ms)?|\\d{1,12}");

    /** When the first run begins in a process that is up at a time. */
    Instant first(Instant up);

    /** The first time after another. */
    Instant after(Instant time);

    /**
     * Reads {@code 1h}, {@code 0 6 * * *} or {@code @daily}; a crontab's times are those of a zone.
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
     * A run at once, and the next one a length of time after each has begun.
     *
     * @param length more than zero
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
