package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.lake.internal.CommitLog;
import io.github.hevypipeline.lake.internal.CommittedStates;
import io.github.hevypipeline.lake.internal.DamagedLogException;
import io.github.hevypipeline.lake.internal.DatasetListing;
import io.github.hevypipeline.lake.internal.PendingCommit;
import io.github.hevypipeline.lake.rows.StagedFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits one load: the objects to put, in their order, the outcome of the last PUT, and the objects to delete then.
 *
 * <p>Not thread-safe; it belongs to one load. A PUT that failed may have been done all the same, so only the object under
 * the commit's key decides.
 */
public final class Committer {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final int MAX_PUTS = 3;

    private final Lake lake;
    private final Destination destination;
    private final LoadTransaction load;
    private final PendingCommit pending;
    private int failures;
    private Exception failure;
    private boolean decided;

    Committer(Lake lake, LoadTransaction load, PendingCommit pending) {
        this.lake = lake;
        this.destination = lake.getDestination();
        this.load = load;
        this.pending = pending;
    }

    // --- What to put

    /** The data files: all of them must be on S3 before the state. */
    public List<StagedObject> getDataObjects() {
        return pending.uploads().stream()
                .map(file -> new StagedObject(
                        destination.rawKey(file.file().path()), file.local().toFile()))
                .toList();
    }

    /** The state: it must be on S3 before the commit. */
    public StagedObject getStateObject() {
        return new StagedObject(stateKey(), load.files().state().toFile());
    }

    /** The commit, under the number that follows the base's. */
    public StagedObject getCommitObject() {
        return new StagedObject(
                destination.rawKey(CommitLog.commitPath(load.getBase().sequence() + 1)),
                load.files().commit().toFile());
    }

    private String stateKey() {
        return destination.rawKey(CommitLog.statePath(load.getId()));
    }

    // --- Who has won

    /** Whether the commit has to be put, for the first time or again. */
    public boolean isUndecided() {
        return !decided;
    }

    /** The PUT succeeded. */
    public void succeeded() {
        decided = true;
    }

    /** The PUT failed, or seems to have. */
    public void failed(@ExchangeException Exception cause) {
        failures++;
        failure = cause;
    }

    /** Reads the commit that is there: ours, if only the response was lost, or that of another run, which has won. */
    public void decide(@Body InputStream there) throws IOException {
        if (!loadId(there).equals(load.getId())) {
            load.lose();
        }
        decided = true;
    }

    /** An unreadable one is not ours either; the run that begins anew finds that out. */
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
     * @throws Exception that of the PUT, if it was tried often enough or would be refused again
     */
    public void absent() throws Exception {
        boolean isRefused = Stream.concat(Stream.of(failure), Stream.of(failure.getSuppressed()))
                .anyMatch(ConfigError.class::isInstance);
        if (failures == MAX_PUTS || isRefused) {
            throw failure;
        }
        LOG.warn("the commit was not done and is tried again: {}", explanation(failure));
    }

    /**
     * Nobody can see whether there is a commit.
     *
     * @throws TransientError always
     */
    public void failUndecided(@ExchangeException Exception cause) {
        throw new TransientError(
                destination.failure(),
                "It is not known whether load " + load.getId() + " was committed: " + explanation(cause),
                "Run again when " + (destination.isFolder() ? "its disk is sound" : "S3 responds")
                        + ": that run finds out. Nothing was removed.",
                cause);
    }

    /** What the S3 client has added to its exception, else its own message. */
    private static String explanation(Exception failure) {
        return Stream.of(failure.getSuppressed())
                .filter(PipelineException.class::isInstance)
                .findFirst()
                .orElse(failure)
                .getMessage();
    }

    // --- After that

    /** The keys that a load has put before it lost its commit. */
    public List<String> getAbandonedKeys() {
        return Stream.concat(getDataObjects().stream().map(StagedObject::key), Stream.of(stateKey()))
                .toList();
    }

    /** Ends a committed load: its files become the cache, its workspace is deleted. */
    public Snapshot finish() throws IOException {
        for (StagedFile file : pending.uploads()) {
            lake.cache().adopt(file);
        }
        lake.cache().retain(pending.next().manifest());
        lake.folder().forgetHeldDeletions();
        load.finish(pending.next());
        return pending.next();
    }

    /** Begins to find the states that belong to no commit. */
    public CommittedStates states(@Variable("listing") DatasetListing listing) {
        if (load.getBase().isLost()) {
            listing.forgetNewestCommit();
        }
        return listing.states(pending.next());
    }

    /**
     * The keys of what the commit makes superfluous: the files that it supersedes, the damaged objects of its base, and
     * whatever else was listed when the load began and no commit can name any more.
     */
    public List<String> supersededKeys(
            @Variable("listing") DatasetListing listing, @Variable("states") CommittedStates states) {
        Stream<String> superseded = pending.superseded().stream().map(CommittedFile::path);
        Stream<String> damaged = damagedPaths(load.getBase(), listing);
        Stream<String> strays = listing.strays(pending.next(), Optional.empty()).stream();
        return Stream.of(superseded, damaged, states.strays().stream(), strays)
                .flatMap(paths -> paths)
                .distinct()
                .map(destination::rawKey)
                .toList();
    }

    private static Stream<String> damagedPaths(Snapshot base, DatasetListing listing) {
        return switch (base.damage()) {
            case NONE -> Stream.of();
            case COMMIT -> Stream.of(CommitLog.commitPath(base.sequence()));
            case STATE -> Stream.of(CommitLog.statePath(base.loadId())).filter(listing::holds);
        };
    }
}
