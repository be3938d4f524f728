package io.github.hevypipeline.hevy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.utils.DateUtils;

/**
 * Parses the header {@code Retry-After} (RFC 9110, section 10.2.3): seconds, or an HTTP date in any of its three forms.
 *
 * <p>Immutable and thread-safe. Any other value counts as no header.
 */
final class RetryAfter {
    private static final String HEADER = "Retry-After";
    private static final Pattern SECONDS = Pattern.compile("\\d+");
    private static final Pattern BLANKS = Pattern.compile(" +");

    /** Longer numbers count as this one, some 30 years. */
    private static final long MAX_SECONDS = 999_999_999;

    private static final int MAX_DIGITS = 9;
    private static final int CENTURY = 100;
    private static final int YEARS_AHEAD = 50;

    private final Clock clock;

    RetryAfter(Clock clock) {
        this.clock = clock;
    }

    /** The wait that a response asks for; empty without a valid header. */
    Optional<Duration> asked(HttpOperationFailedException response) {
        Map<String, String> headers = response.getResponseHeaders();
        return headers == null ? Optional.empty() : asked(headers, clock.instant());
    }

    static Optional<Duration> asked(Map<String, String> headers, Instant now) {
        return headers.entrySet().stream()
                .filter(header -> HEADER.equalsIgnoreCase(header.getKey()) && header.getValue() != null)
                .map(header -> parse(header.getValue().strip(), now))
                .flatMap(Optional::stream)
                .findFirst();
    }

    static Optional<Duration> parse(String value, Instant now) {
        if (SECONDS.matcher(value).matches()) {
            long seconds = value.length() > MAX_DIGITS ? MAX_SECONDS : Long.parseLong(value);
            return Optional.of(Duration.ofSeconds(seconds));
        }
        return date(value, now).map(until -> until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
    }

    private static Optional<Instant> date(String value, Instant now) {
        // The oldest form pads the day with a blank.
        return Optional.ofNullable(DateUtils.parseDate(
                BLANKS.matcher(value).replaceAll(" "),
                DateUtils.FORMATTER_RFC1123,
                withYearOfTwoDigits(now),
                DateUtils.FORMATTER_ASCTIME.withZone(ZoneOffset.UTC)));
    }

    /** RFC 9110, section 5.6.7: a year of two digits is at most 50 years ahead. */
    private static DateTimeFormatter withYearOfTwoDigits(Instant now) {
        int first = now.atOffset(ZoneOffset.UTC).getYear() + YEARS_AHEAD - CENTURY + 1;
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, first)
                .appendPattern(" HH:mm:ss zzz")
                .toFormatter(Locale.ENGLISH);
    }
}
