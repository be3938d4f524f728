package io.github.hevypipeline.doctor;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.lake.s3.S3Failure;
import io.github.hevypipeline.lake.s3.S3Responses;
import io.github.hevypipeline.report.TerminalText;
import io.github.hevypipeline.report.WordedDuration;
import io.github.hevypipeline.runtime.Outcome;
import io.github.hevypipeline.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.util.ObjectHelper;

/**
 * Checks the connection to S3, the credentials, the region, the bucket and the permission to list, with one listing; of
 * a lake in a folder, that it can be listed.
 *
 * <p>Not thread-safe; made for one command. S3 checks in this order, so everything before the one it rejects is right.
 */
public final class BucketCheck {
    private static final String S3 = "S3";
    private static final String CREDENTIALS = "credentials";
    private static final String REGION = "region";
    private static final String BUCKET = "bucket";
    private static final String LIST = "s3:ListBucket";
    private static final List<String> IN_ORDER = List.of(S3, CREDENTIALS, REGION, BUCKET, LIST);
    private static final String FOLDER = "lake folder";
    private static final int MAX_SHOWN = 40;

    private final Diagnostics checklist;
    private final ClockCheck clock;
    private final Settings settings;
    private long askedAt;
    private boolean usable;

    BucketCheck(Diagnostics checklist, ClockCheck clock, Settings settings) {
        this.checklist = checklist;
        this.clock = clock;
        this.settings = settings;
    }

    /** Starts the timer. */
    public void asking() {
        askedAt = System.nanoTime();
    }

    /** Prints the results of a successful listing. */
    public void listed(CamelContext camel) {
        usable = true;
        if (settings.keepsLakeInFolder()) {
            checklist.green(FOLDER, settings.lakePath());
            return;
        }
        noteClock(camel);
        IN_ORDER.forEach(check -> checklist.green(check, text(camel, check)));
    }

    /** Prints the results of a failed listing. */
    public void failed(CamelContext camel, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        Outcome outcome = checklist.outcome(failure);
        if (settings.keepsLakeInFolder()) {
            checklist.red(FOLDER, outcome);
            return;
        }
        Optional<S3Failure> ofS3 = S3Failure.in(failure);
        noteClock(camel);
        if (ofS3.filter(S3Failure::isClockSkew).isPresent()) {
            clock.refused(outcome);
            checklist.green(S3, text(camel, S3));
            skip(1, "not checked: S3 refuses this machine's clock");
            return;
        }
        // The listing was rejected by this program, not by the S3 client.
        boolean unlistable = ofS3.isEmpty() && ObjectHelper.getException(PipelineException.class, failure) != null;
        String culprit =
                unlistable ? LIST : culprit(outcome, ofS3.map(S3Failure::status).orElse(0));
        usable = culprit.equals(LIST);
        int place = IN_ORDER.indexOf(culprit);
        IN_ORDER.subList(0, place).forEach(check -> checklist.green(check, text(camel, check)));
        checklist.red(culprit, culprit.equals(REGION) ? rightRegion(camel).orElse(outcome) : outcome);
        skip(place + 1, "not checked, for the reason above");
    }

    private void skip(int from, String reason) {
        IN_ORDER.subList(from, IN_ORDER.size()).forEach(check -> checklist.open(check, reason));
    }

    private static String culprit(Outcome outcome, int status) {
        if (outcome.exitCode() == ExitCode.CONFIGURATION) {
            return CREDENTIALS;
        }
        return switch (status) {
            case 301, 307, 400 -> REGION;
            case 404 -> BUCKET;
            case 401, 403 -> LIST;
            default -> S3;
        };
    }

    private Optional<Outcome> rightRegion(CamelContext camel) {
        String configured = settings.get("AWS_DEFAULT_REGION");
        return responses(camel)
                .bucketRegion()
                .filter(region -> !region.equals(configured))
                .map(region -> TerminalText.of(region, MAX_SHOWN))
                .map(region -> new Outcome(
                        ExitCode.S3,
                        "The bucket is in " + region + ", not in " + configured + ".",
                        "Set AWS_DEFAULT_REGION=" + region + "."));
    }

    private void noteClock(CamelContext camel) {
        clock.note(camel, S3, responses(camel).date());
    }

    private static S3Responses responses(CamelContext camel) {
        return camel.getRegistry().lookupByNameAndType("s3Responses", S3Responses.class);
    }

    private String text(CamelContext camel, String check) {
        return switch (check) {
            case S3 ->
                "responds in " + WordedDuration.of(Duration.ofNanos(System.nanoTime() - askedAt)) + "; "
                        + (settings.has(Settings.S3_ENDPOINT_URL)
                                ? settings.get(Settings.S3_ENDPOINT_URL)
                                : responses(camel).server());
            case CREDENTIALS -> "accepted";
            case REGION -> settings.get("AWS_DEFAULT_REGION");
            case BUCKET -> settings.get(Settings.S3_BUCKET_NAME);
            default -> "allowed";
        };
    }

    /** Whether the later checks of the bucket make sense. */
    public boolean isUsable() {
        return usable;
    }
}
