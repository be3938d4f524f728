package io.github.hevypipeline.doctor;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.report.WordedDuration;
import io.github.hevypipeline.runtime.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;

/**
 * Compares this machine's clock with the header {@code Date} of Hevy's and S3's responses.
 *
 * <p>Not thread-safe; made for one command. S3 rejects requests that are 15 minutes off.
 */
public final class ClockCheck {
    static final String CLOCK = "clock";

    private static final Duration MAX_OFFSET = Duration.ofMinutes(5);

    private final Diagnostics checklist;
    private final List<String> differences = new ArrayList<>();
    private boolean wrong;
    private Outcome refusal;

    ClockCheck(Diagnostics checklist) {
        this.checklist = checklist;
    }

    /** Compares the clock with a response that has just arrived. */
    void note(CamelContext camel, String whose, Optional<Instant> time) {
        Clock clock = camel.getRegistry().lookupByNameAndType(CLOCK, Clock.class);
        time.map(theirs -> Duration.between(theirs, clock.instant())).ifPresent(ahead -> {
            // The header is in whole seconds.
            Duration off = ahead.abs();
            boolean differs = off.compareTo(Duration.ofSeconds(2)) >= 0;
            differences.add(
                    (differs ? WordedDuration.of(off) + (ahead.isNegative() ? " behind " : " ahead of ") : "as ")
                            + whose + "'s");
            wrong |= off.compareTo(MAX_OFFSET) > 0;
        });
    }

    /** S3 rejected a request for its time. */
    void refused(Outcome outcome) {
        refusal = outcome;
    }

    /** Prints the result. */
    public void report() {
        if (refusal != null) {
            checklist.red(CLOCK, refusal);
        } else if (differences.isEmpty()) {
            checklist.open(CLOCK, "not checked: no response had a Date header");
        } else if (wrong) {
            checklist.red(
                    CLOCK,
                    new Outcome(
                            ExitCode.S3,
                            "It is " + String.join(", ", differences) + "; S3 refuses requests that are 15 min off.",
                            "Set the clock of this machine."));
        } else {
            checklist.green(CLOCK, String.join(", ", differences));
        }
    }
}
