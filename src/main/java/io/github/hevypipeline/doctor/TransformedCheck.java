package io.github.hevypipeline.doctor;

import io.github.hevypipeline.lake.StagedObject;
import io.github.hevypipeline.lake.StoreException;
import io.github.hevypipeline.runtime.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.util.ObjectHelper;

/**
 * Checks the permissions on the transformed prefix: PUT is required, listing is optional.
 *
 * <p>Not thread-safe; made for one command. A run never deletes there, so a policy may forbid it; the probe then stays.
 */
public final class TransformedCheck {
    private static final String CHECK = "transformed";

    private final Diagnostics checklist;
    private final Probe probe;
    private String listing = "list and put are allowed";
    private Outcome red;

    /** {@code scratch} is the temporary folder of this command. */
    TransformedCheck(Diagnostics checklist, Path scratch) {
        this.checklist = checklist;
        this.probe = new Probe(scratch, (destination, name) -> destination.transformedKey("_doctor", name));
    }

    /** The object to put. */
    public StagedObject probe(CamelContext camel) throws IOException {
        return probe.object(camel);
    }

    /** Its key. */
    public String key(CamelContext camel) {
        return probe.key(camel);
    }

    /** A denied listing only warns, as in a run; any other failure is red. */
    public void listFailed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        StoreException ofStore = ObjectHelper.getException(StoreException.class, failure);
        if (ofStore != null && ofStore.isDenied()) {
            listing = "put is allowed; list is denied, so a run cannot see whether the marts are still there";
        } else {
            red = checklist.outcome(failure);
        }
    }

    /** The PUT failed: no mart could be published. */
    public void putFailed(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        red = checklist.outcome(failure);
    }

    /** The DELETE failed. */
    public void deleteFailed(CamelContext camel, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        checklist.outcome(failure);
        if (red == null) {
            listing += "; the probe " + key(camel) + " is still there, since it could not be deleted";
        }
    }

    /** Prints the result. */
    public void report() {
        if (red == null) {
            checklist.green(CHECK, listing);
        } else {
            checklist.red(CHECK, red);
        }
    }

    /** The bucket was not usable. */
    public void skipped() {
        checklist.open(CHECK, "not checked, for the reason above");
    }
}
