package io.github.hevypipeline.settings;

import static com.cronutils.model.definition.CronDefinitionBuilder.defineCron;

import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/**
 * A cron expression as in {@code man 5 crontab}: minute, hour, day of month, month, day of week; or a nickname such as
 * {@code @daily}.
 *
 * <p>Immutable and thread-safe. If both day fields are restricted, either may match. A local time that daylight saving
 * skips is moved an hour later.
 */
final class Crontab implements Schedule {
    private static final int LAST_WEEKDAY = 7;
    private static final CronDefinition FIVE_FIELDS = defineCron()
            .withMinutes()
            .withStrictRange()
            .and()
            .withHours()
            .withStrictRange()
            .and()
            .withDayOfMonth()
            .withStrictRange()
            .and()
            .withMonth()
            .withStrictRange()
            .and()
            .withDayOfWeek()
            .withValidRange(0, LAST_WEEKDAY)
            .withMondayDoWValue(1)
            .withIntMapping(LAST_WEEKDAY, 0)
            .withStrictRange()
            .and()
            .withSupportedNicknameHourly()
            .withSupportedNicknameDaily()
            .withSupportedNicknameMidnight()
            .withSupportedNicknameWeekly()
            .withSupportedNicknameMonthly()
            .withSupportedNicknameYearly()
            .withSupportedNicknameAnnually()
            .instance();

    private final ExecutionTime times;
    private final ZoneId zone;

    private Crontab(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    static Crontab parse(String text, ZoneId zone) {
        Crontab crontab;
        try {
            crontab = new Crontab(ExecutionTime.forCron(new CronParser(FIVE_FIELDS).parse(text)), zone);
        } catch (IllegalArgumentException e) {
            throw wrong(
                    "is neither a time such as 1h, 30m or 1h30m nor five fields of a crontab such as 0 6 * * *", text);
        }
        // Begins in a leap year, so that 29 February matches.
        if (crontab.times
                .nextExecution(ZonedDateTime.of(2024, 1, 1, 0, 0, 0, 0, zone))
                .isEmpty()) {
            throw wrong("names a time that never comes", text);
        }
        return crontab;
    }

    private static ConfigError wrong(String reason, String text) {
        return new ConfigError(ExitCode.CONFIGURATION, "PIPELINE_PERIOD " + reason + ": " + text, "");
    }

    @Override
    public Instant first(Instant up) {
        return after(up);
    }

    @Override
    public Instant after(Instant time) {
        ZonedDateTime here = time.atZone(zone);
        Instant next = times.nextExecution(here).orElseThrow().toInstant();
        LocalDateTime local = times.nextExecution(here.withZoneSameLocal(ZoneOffset.UTC))
                .orElseThrow()
                .toLocalDateTime();
        // On a day without that hour, cron-utils would skip the run.
        Instant moved = local.atZone(zone).toInstant();
        boolean isSkipped = zone.getRules().getValidOffsets(local).isEmpty();
        return isSkipped && moved.isBefore(next) ? moved : next;
    }
}
