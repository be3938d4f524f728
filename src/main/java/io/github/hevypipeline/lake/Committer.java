package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.lake.internal.DamagedLogException;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commit of a load as the routes see it. A PUT that has failed may have been done all the same: what is under the
 * key afterwards decides, and nothing else.
 *
 * <p>Thread-safe; the state of a commit is in its {@link CommitAttempt}.
 */
public final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final int MOST_PUTS = 3;

    private final Lake lake;

    public Committer(Lake lake) {
        this.lake = lake;
    }

    /** Begins to commit. */
    public CommitAttempt begin(@Body StagedObject object) {
        return new CommitAttempt(object);
    }

    /** The PUT was answered with success. */
    public void noteCommitted(@Variable("commit") CommitAttempt commit) {
        commit.decide();
    }

    /** The PUT has failed, or seems to. */
    public void noteFailure(@Variable("commit") CommitAttempt commit, @ExchangeException Exception failure) {
        commit.noteFailure(failure);
    }

    /** There is a commit: ours, if its answer was lost, or that of another run, which has won. */
    public void decide(
            @Variable("commit") CommitAttempt commit, @Variable("load") LoadTransaction load, @Body InputStream there)
            throws IOException {
        if (!loadId(there).equals(load.getId())) {
            load.lose();
        }
        commit.decide();
    }

    /** One that cannot be read is not ours either; whoever begins anew finds that out. */
    private String loadId(InputStream there) throws IOException {
        try {
            return lake.readCommit(there).loadId();
        } catch (DamagedLogException e) {
            LOG.warn("the commit under the next number cannot be read: {}", e.getMessage());
            return "";
        }
    }

    /**
     * There is no commit, so the PUT was not done.
     *
     * @throws Exception that of the PUT, if it was tried often enough or will never do
     */
    public void noteNothingThere(@Variable("commit") CommitAttempt commit) throws Exception {
        if (commit.failures() == MOST_PUTS || isRefused(commit.failure())) {
            throw commit.failure();
        }
        LOG.warn("the commit was not done and is tried again: {}", explanation(commit.failure()));
    }

    /**
     * It cannot be seen whether there is a commit.
     *
     * @throws TransientError always
     */
    public void fail(@Variable("load") LoadTransaction load, @ExchangeException Exception failure) {
        throw new TransientError(
                ExitCode.S3,
                "It is not known whether load " + load.getId() + " was committed: " + explanation(failure),
                "Run again when S3 answers: that run finds out. Nothing was removed.",
                failure);
    }

    /** Whether it would be refused again: for want of a permission, or of an ability of the server. */
    private static boolean isRefused(Exception failure) {
        return Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed()))
                .anyMatch(ConfigError.class::isInstance);
    }

    /** What the S3 client has added to its exception, or at least what that says itself. */
    private static String explanation(Exception failure) {
        return Stream.of(failure.getSuppressed())
                .filter(PipelineException.class::isInstance)
                .findFirst()
                .orElse(failure)
                .getMessage();
    }
}
