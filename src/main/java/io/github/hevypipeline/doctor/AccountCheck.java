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
 * Tells whose key it is and whose data the lake holds, which must be the same account.
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

    /** Takes what Hevy tells of the key's account. */
    public void told(@Body InputStream body) throws IOException {
        HevyUser user = HevyUser.read(body);
        ofKey = user.id() == null ? null : LakeAccount.told(user.id(), user.name(), "");
    }

    /** Takes note that Hevy does not tell whose key it is, which a run bears. */
    public void notTold(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        // Throws if the checks are told to stop.
        checklist.outcome(failure);
    }

    /** Takes whose data the lake holds. */
    public void committed(@Variable("committed") Snapshot newest) {
        isLakeRead = true;
        isEmpty = newest.sequence() == 0;
        ofLake = newest.state().account().orElse(null);
    }

    /** Prints what was found. */
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
            checklist.open(ACCOUNT, "Hevy did not tell whose key it is; " + lake());
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
