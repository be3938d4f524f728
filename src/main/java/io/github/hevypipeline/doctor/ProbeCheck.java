package io.github.hevypipeline.doctor;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.lake.StagedObject;
import io.github.hevypipeline.lake.StoreException;
import io.github.hevypipeline.lake.s3.S3Failure;
import io.github.hevypipeline.runtime.Outcome;
import io.github.hevypipeline.settings.Settings;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.util.ObjectHelper;

/**
 * Checks the permissions of a run, and that the store overwrites nothing, with one object of a unique name.
 *
 * <p>Not thread-safe; made for one command. The object is deleted in any case.
 */
public final class ProbeCheck {
    private static final int NOT_IMPLEMENTED = 501;

    private final Diagnostics checklist;
    private final Probe probe;
    private final Labels labels;
    private boolean there;

    /** What the checks are called. */
    private record Labels(String put, String conditional, String get, String delete, String notOverwritten) {
        private static final Labels S3 = new Labels(
                "s3:PutObject",
                "conditional PUT",
                "s3:GetObject",
                "s3:DeleteObject",
                "nothing is overwritten (If-None-Match)");
        private static final Labels FOLDER =
                new Labels("create file", "hard links", "read file", "delete file", "nothing is overwritten");

        private String[] all() {
            return new String[] {put, conditional, get, delete};
        }
    }

    /** {@code scratch} is the temporary folder of this command. */
    ProbeCheck(Diagnostics checklist, Path scratch, Settings settings) {
        this.checklist = checklist;
        this.labels = settings.keepsLakeInFolder() ? Labels.FOLDER : Labels.S3;
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
        checklist.green(labels.put(), "allowed");
    }

    /** The first PUT failed. */
    public void putFailed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        boolean noHardLinks =
                labels.equals(Labels.FOLDER) && ObjectHelper.getException(ConfigError.class, failure) != null;
        if (noHardLinks
                || S3Failure.in(failure)
                        .filter(ofS3 -> ofS3.status() == NOT_IMPLEMENTED)
                        .isPresent()) {
            checklist.open(labels.put(), "not checked: every PUT of a load is conditional");
            checklist.red(labels.conditional(), checklist.outcome(failure));
        } else {
            checklist.red(labels.put(), checklist.outcome(failure));
            checklist.open(labels.conditional(), "not checked, for the reason above");
        }
        checklist.open(labels.get(), "not checked: there is nothing to get");
    }

    /** The second PUT succeeded, which it must not. */
    public void overwritten() {
        checklist.red(
                labels.conditional(),
                new Outcome(
                        ExitCode.S3,
                        "S3 ignores If-None-Match: two runs at once could destroy each other's commit.",
                        "Update the S3 server, or use one that honours it."));
    }

    /** The second PUT failed, as it must. */
    public void refused(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        StoreException ofStore = ObjectHelper.getException(StoreException.class, failure);
        if (ofStore != null && ofStore.isTaken()) {
            checklist.green(labels.conditional(), labels.notOverwritten());
        } else {
            checklist.red(labels.conditional(), checklist.outcome(failure));
        }
    }

    /** The GET returned the object. */
    public void got() {
        checklist.green(labels.get(), "allowed");
    }

    /** The GET failed. */
    public void getFailed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        checklist.red(labels.get(), checklist.outcome(failure));
    }

    /** The DELETE succeeded. */
    public void deleted() {
        checklist.green(labels.delete(), "allowed");
    }

    /** The DELETE failed. */
    public void deleteFailed(CamelContext camel, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        Outcome outcome = checklist.outcome(failure);
        String left = there ? " The probe " + key(camel) + " is still there." : "";
        checklist.red(labels.delete(), new Outcome(outcome.exitCode(), outcome.cause() + left, outcome.nextStep()));
    }

    /** The bucket was not usable. */
    public void skipped() {
        for (String check : labels.all()) {
            checklist.open(check, "not checked, for the reason above");
        }
    }
}
