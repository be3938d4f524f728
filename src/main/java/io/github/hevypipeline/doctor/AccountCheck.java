package io.github.hevypipeline.doctor;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.hevy.HevyUser;
import io.github.hevypipeline.lake.LakeAccount;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.runtime.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;

/**
 * Checks that the key and the lake belong to the same account.
 *
 * <p>Not thread-safe; made for one command.
 */
public final class AccountCheck {
    private static final String ACCOUNT = "account";

    private final Diagnostics checklist;
    private LakeAccount ofKey;
    private LakeAccount ofLake;
    private boolean isLakeRead;
    private boolean isEmpty;

    AccountCheck(Diagnostics checklist) {
        this.checklist = checklist;
    }

    /** Reads the account of the key. */
    public void told(@Body InputStream body) throws IOException {
        HevyUser user = HevyUser.read(body);
        ofKey = user.id() == null ? null : LakeAccount.told(user.id(), user.name(), "");
    }

    /** Continues without the account of the key, as a run does. */
    public void notTold(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        // Throws after a signal.
        checklist.outcome(failure);
    }

    /** Reads the account of the lake. */
    public void committed(@Variable("committed") Snapshot newest) {
        isLakeRead = true;
        isEmpty = newest.sequence() == 0;
        ofLake = newest.state().account().orElse(null);
    }

    /** Prints the result. */
    public void report() {
        if (ofKey != null && ofLake != null && ofKey.isAnotherThan(ofLake)) {
            checklist.red(
                    ACCOUNT,
                    new Outcome(
                            ExitCode.CONFIGURATION,
                            "The lake holds the data of " + ofLake.shown() + ", but HEVY_API_KEY belongs to "
                                    + ofKey.shown() + ".",
                            "Set the key of the lake's account, or give the other account its own bucket or prefixes."));
        } else if (ofKey == null) {
            checklist.open(ACCOUNT, "Hevy does not name the account of the key; " + lake());
        } else {
            checklist.green(ACCOUNT, "the key belongs to " + ofKey.shown() + "; " + lake());
        }
    }

    private String lake() {
        if (!isLakeRead) {
            return "the lake was not read";
        }
        if (isEmpty) {
            return "the lake is empty";
        }
        return Optional.ofNullable(ofLake)
                .map(account -> ofKey != null && account.isSameAs(ofKey)
                        ? "so does the lake"
                        : "the lake belongs to " + account.shown())
                .orElse("the lake does not record its account yet");
    }
}
