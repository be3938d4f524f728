package io.github.hevypipeline.doctor;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.lake.s3.S3Failure;
import io.github.hevypipeline.lake.s3.StagedObject;
import io.github.hevypipeline.runtime.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;

/**
 * Checks the permissions of a run, and that S3 honours conditional PUTs, with one object of a unique name.
 *
 * <p>Not thread-safe; made for one command. The object is deleted in any case.
 */
public final class ProbeCheck {
    private static final String PUT = "s3:PutObject";
    private static final String GET = "s3:GetObject";
    private static final String DELETE = "s3:DeleteObject";
    private static final String CONDITIONAL = "conditional PUT";
    private static final int EXISTS = 412;
    /** Some servers send this instead. */
    private static final int CONFLICT = 409;

    private static final int NOT_IMPLEMENTED = 501;

    private final Diagnostics checklist;
    private final Probe probe;
    private boolean there;

    /** {@code scratch} is the temporary folder of this command. */
    ProbeCheck(Diagnostics checklist, Path scratch) {
        this.checklist = checklist;
        this.probe = new Probe(scratch, (destination, name) -> destination.rawKey("_doctor/" + name));
    }

    /** The object to put, below the raw prefix. */
    public StagedObject probe(CamelContext camel) throws IOException {
        return probe.object(camel);
    }

    /** Its key. */
    public String key(CamelContext camel) {
        return probe.key(camel);
    }

    /** Whether it exists. */
    public boolean isThere() {
        return there;
    }

    /** The first PUT succeeded. */
    public void put() {
        there = true;
        checklist.green(PUT, "allowed");
    }

    /** The first PUT failed. */
    public void putFailed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        if (status(failure) == NOT_IMPLEMENTED) {
            checklist.open(PUT, "not checked: every PUT of a load is conditional");
            checklist.red(CONDITIONAL, checklist.outcome(failure));
        } else {
            checklist.red(PUT, checklist.outcome(failure));
            checklist.open(CONDITIONAL, "not checked, for the reason above");
        }
        checklist.open(GET, "not checked: there is nothing to get");
    }

    /** The second PUT succeeded, which it must not. */
    public void overwritten() {
        checklist.red(
                CONDITIONAL,
                new Outcome(
                        ExitCode.S3,
                        "S3 ignores If-None-Match: two runs at once could destroy each other's commit.",
                        "Update the S3 server, or use one that honours it."));
    }

    /** The second PUT failed, as it must. */
    public void refused(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        int status = status(failure);
        if (status == EXISTS || status == CONFLICT) {
            checklist.green(CONDITIONAL, "nothing is overwritten (If-None-Match)");
        } else {
            checklist.red(CONDITIONAL, checklist.outcome(failure));
        }
    }

    private static int status(Exception failure) {
        return S3Failure.in(failure).map(S3Failure::status).orElse(0);
    }

    /** The GET returned the object. */
    public void got() {
        checklist.green(GET, "allowed");
    }

    /** The GET failed. */
    public void getFailed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        checklist.red(GET, checklist.outcome(failure));
    }

    /** The DELETE succeeded. */
    public void deleted() {
        checklist.green(DELETE, "allowed");
    }

    /** The DELETE failed. */
    public void deleteFailed(CamelContext camel, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        Outcome outcome = checklist.outcome(failure);
        String left = there ? " The probe " + key(camel) + " is still there." : "";
        checklist.red(DELETE, new Outcome(outcome.exitCode(), outcome.cause() + left, outcome.nextStep()));
    }

    /** The bucket was not usable. */
    public void skipped() {
        for (String check : new String[] {PUT, CONDITIONAL, GET, DELETE}) {
            checklist.open(check, "not checked, for the reason above");
        }
    }
}
