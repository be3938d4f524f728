package io.github.hevypipeline.extract;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Waits as long as an answer's {@code Retry-After} says, up to a cap, instead of as long as the retry policy would.
 *
 * <p>Immutable and thread-safe. RFC 9110, section 10.2.3: seconds or an HTTP date; anything else is ignored.
 */
public final class RetryAfter implements Processor {
    private static final String HEADER = "Retry-After";
    private static final Pattern SECONDS = Pattern.compile("\\d+");
    private static final int LONGEST_READ = 9;
    private static final Duration CAP = Duration.ofSeconds(60);

    private final Clock clock;

    public RetryAfter(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) {
        exchange.getIn().removeHeader(Exchange.REDELIVERY_DELAY);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (failure == null) {
            failure = exchange.getException();
        }
        if (failure instanceof HttpOperationFailedException answer && answer.getResponseHeaders() != null) {
            delay(answer.getResponseHeaders(), clock.instant())
                    .ifPresent(delay -> exchange.getIn().setHeader(Exchange.REDELIVERY_DELAY, delay.toMillis()));
        }
    }

    /** The wait that the headers ask for, capped; empty if they ask for none that can be understood. */
    static Optional<Duration> delay(Map<String, String> headers, Instant now) {
        return headers.entrySet().stream()
                .filter(header -> HEADER.equalsIgnoreCase(header.getKey()) && header.getValue() != null)
                .map(header -> parse(header.getValue().strip(), now))
                .flatMap(Optional::stream)
                .findFirst()
                .map(delay -> delay.compareTo(CAP) > 0 ? CAP : delay);
    }

    private static Optional<Duration> parse(String value, Instant now) {
        if (SECONDS.matcher(value).matches()) {
            return Optional.of(value.length() > LONGEST_READ ? CAP : Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
