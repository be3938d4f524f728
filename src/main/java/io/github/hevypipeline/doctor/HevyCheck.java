package io.github.hevypipeline.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.hevy.HevyHttpClient;
import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.hevy.PaceMemory;
import io.github.hevypipeline.http.LastResponse;
import io.github.hevypipeline.report.TerminalText;
import io.github.hevypipeline.report.WordedDuration;
import io.github.hevypipeline.runtime.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * Checks the key, the response time and the rate limit headers of Hevy, with one request.
 *
 * <p>Not thread-safe; made for one command.
 */
public final class HevyCheck {
    private static final String KEY = "key";
    private static final String HEVY = "Hevy";
    private static final int MAX_SHOWN = 60;

    private final Diagnostics checklist;
    private final ClockCheck clock;
    private final PaceMemory pace;
    private long askedAt;
    private boolean accepted;

    /** {@code pace} holds the rate of the last run. */
    HevyCheck(Diagnostics checklist, ClockCheck clock, PaceMemory pace) {
        this.checklist = checklist;
        this.clock = clock;
        this.pace = pace;
    }

    /** Starts the timer. */
    public void asking() {
        askedAt = System.nanoTime();
    }

    /** Prints the results of a successful request. */
    public void responded(CamelContext camel, @Body InputStream body) throws IOException {
        JsonNode count = read(body).path("workout_count");
        if (!count.isIntegralNumber()) {
            checklist.open(KEY, "not checked: the server is not Hevy");
            checklist.red(
                    HEVY,
                    new Outcome(ExitCode.HEVY_API, "The response has no count of workouts.", "Check HEVY_BASE_URL."));
            return;
        }
        accepted = true;
        checklist.green(KEY, "accepted; Hevy counts " + count.asLong() + " workouts");
        describe(camel);
    }

    /** Whether Hevy has accepted the key. */
    public boolean isAccepted() {
        return accepted;
    }

    private static JsonNode read(InputStream body) throws IOException {
        try (body) {
            return new ObjectMapper().readTree(body);
        } catch (JsonProcessingException e) {
            return new ObjectMapper().missingNode();
        }
    }

    /** Prints the results of a failed request; a rejected key also shows that Hevy responds. */
    public void failed(CamelContext camel, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
            throws IOException {
        Outcome outcome = checklist.outcome(failure);
        if (outcome.exitCode() == ExitCode.CONFIGURATION) {
            checklist.red(KEY, outcome);
            describe(camel);
        } else {
            checklist.open(KEY, "not checked: no usable response");
            checklist.red(HEVY, outcome);
        }
    }

    private void describe(CamelContext camel) throws IOException {
        Duration took = Duration.ofNanos(System.nanoTime() - askedAt);
        LastResponse response = camel.getRegistry()
                .lookupByNameAndType("hevyHttp", HevyHttpClient.class)
                .lastResponse();
        clock.note(camel, HEVY, response.date());
        String limits = response.limits().stream()
                .map(header -> TerminalText.of(header, MAX_SHOWN))
                .collect(Collectors.joining(", "));
        checklist.green(
                HEVY,
                "responds in " + WordedDuration.of(took) + "; " + (limits.isEmpty() ? "names no limit" : limits)
                        + "; pace of the last run: " + lastPace(camel));
    }

    private String lastPace(CamelContext camel) throws IOException {
        Instant now = camel.getRegistry()
                .lookupByNameAndType(ClockCheck.CLOCK, Clock.class)
                .instant();
        return pace.recall(now)
                .map(learned -> Pace.worded(learned.requestsPerSecond()) + ", as Hevy refused a request (429) "
                        + WordedDuration.of(Duration.between(learned.refusedAt(), now)) + " ago")
                .orElse("not limited");
    }
}
