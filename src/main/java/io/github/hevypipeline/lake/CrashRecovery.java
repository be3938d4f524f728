package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.internal.CommitLog;
import io.github.hevypipeline.lake.internal.CommittedStates;
import io.github.hevypipeline.lake.internal.DamagedLogException;
import io.github.hevypipeline.lake.internal.DatasetListing;
import io.github.hevypipeline.lake.internal.LoadWorkspace;
import io.github.hevypipeline.lake.internal.PendingCommit;
import io.github.hevypipeline.lake.rows.StagedFile;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers from killed runs: finds the load to resume, and deletes what the others have left on disk and in the bucket.
 *
 * <p>Used by one run at a time, which holds the lock of the local folder.
 */
public final class CrashRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(CrashRecovery.class);

    /** A load that got no further for so long is fetched anew: the feed of changes may have become the longer way. */
    private static final Duration RESUMED_WITHIN = Duration.ofDays(1);
    /** Older pages of a list that has no feed of changes would bring back what may be long gone. */
    private static final Duration UNFOLLOWED_WITHIN = Duration.ofHours(1);

    private final Lake lake;
    private final Destination destination;
    private final List<Resource> resources;
    private final String source;
    private final Clock clock;

    /**
     * @param selection the resources to fetch, separated by commas
     * @param source tells accounts apart, so that no load mixes two; holds no secret
     */
    public CrashRecovery(Lake lake, String selection, String source, Clock clock) {
        this.lake = lake;
        this.destination = lake.getDestination();
        this.resources = lake.catalog().select(selection);
        this.source = source;
        this.clock = clock;
    }

    /**
     * A load that can be resumed.
     *
     * @param pending the commit that is left to be done; empty if it was still fetching or merging
     */
    record Resumable(LoadWorkspace files, LoadWorkspace.Origin origin, Optional<PendingCommit> pending) {
        String loadId() {
            return origin.loadId();
        }
    }

    List<Resource> resources() {
        return resources;
    }

    String source() {
        return source;
    }

    /** The newest load that can be resumed. */
    Optional<Resumable> resumable(Snapshot committed) throws IOException {
        List<LoadWorkspace> newestFirst = new ArrayList<>(workspaces());
        Collections.reverse(newestFirst);
        for (LoadWorkspace left : newestFirst) {
            Optional<LoadWorkspace.Origin> origin = left.origin().filter(from -> isStillGood(from, committed));
            if (origin.isPresent()) {
                Optional<LoadWorkspace.Journal> journal = left.journal();
                // What was made of a commit that is damaged by now may name files that are gone.
                Optional<PendingCommit> pending = journal.isPresent() && committed.isWhole()
                        ? pending(left, journal.get()).filter(ready -> isOfThisAccount(ready, committed))
                        : Optional.empty();
                boolean hasGoodPages = journal.isEmpty() && isRecent(left, origin.get());
                if (pending.isPresent() || hasGoodPages) {
                    return Optional.of(new Resumable(left, origin.get(), pending));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The workspaces on disk, oldest first. One that cannot be read is deleted: its load is made again, and what it has
     * put on S3 is swept as any other load's.
     */
    private List<LoadWorkspace> workspaces() throws IOException {
        List<LoadWorkspace> readable = new ArrayList<>();
        for (LoadWorkspace left : lake.folder().existingWorkspaces()) {
            try {
                left.requireReadable(resources);
                readable.add(left);
            } catch (SystemError e) {
                LOG.warn("load      removing what an earlier run has left in {}: {}", left.folder(), e.getMessage());
                left.delete();
            }
        }
        return readable;
    }

    /** Whether the load follows the newest commit, for the same account and resources. */
    private boolean isStillGood(LoadWorkspace.Origin origin, Snapshot committed) {
        return origin.baseSequence() == committed.sequence()
                && origin.source().equals(source)
                && origin.resources().equals(Resource.names(resources))
                && LoadIds.isAfter(origin.loadId(), committed.loadId());
    }

    /** Whether the load was made with the key in use, or was never asked whose it is and the lake was not either. */
    private boolean isOfThisAccount(PendingCommit pending, Snapshot committed) {
        return pending.next()
                .state()
                .account()
                .or(() -> committed.state().account())
                .map(account -> account.isOf(source))
                .orElse(true);
    }

    /**
     * Whether the changes since the load began can make its pages current. Hevy may allow so little a run that it takes
     * many to fetch all, so what counts is the last page that came, as long as the feed of changes goes back so far.
     */
    private boolean isRecent(LoadWorkspace left, LoadWorkspace.Origin origin) throws IOException {
        Instant now = clock.instant();
        Instant began = origin.startedAtInstant();
        Instant newest = began;
        for (Resource resource : resources) {
            for (Instant arrived : left.arrivals(resource).values()) {
                newest = arrived.isAfter(newest) && !arrived.isAfter(now) ? arrived : newest;
            }
        }
        return !began.isAfter(now)
                && began.plus(SyncPlan.LONGEST_WITHOUT_FULL_REFRESH).isAfter(now)
                && newest.plus(RESUMED_WITHIN).isAfter(now);
    }

    /** Prepares a load to be resumed: deletes the pages to fetch again. */
    void freshen(Resumable left) throws IOException {
        for (Resource resource : resources) {
            left.files().deleteEventPages(resource);
            if (resource.exported()) {
                // The pages may be those of another file by now.
                left.files().deletePages(resource);
            } else if (resource.events() == null) {
                left.files().deletePagesBefore(resource, clock.instant().minus(UNFOLLOWED_WITHIN));
            }
        }
    }

    private Optional<PendingCommit> pending(LoadWorkspace left, LoadWorkspace.Journal journal) throws IOException {
        Optional<List<StagedFile>> uploads = left.uploads(journal);
        if (uploads.isEmpty() || !Files.exists(left.state()) || !Files.exists(left.commit())) {
            return Optional.empty();
        }
        try {
            Snapshot commit = lake.readCommit(Files.newInputStream(left.commit()));
            Snapshot next = lake.readState(commit, Files.newInputStream(left.state()));
            return Optional.of(new PendingCommit(next, uploads.get(), journal.superseded()));
        } catch (DamagedLogException e) {
            LOG.warn("load      ignoring a commit that cannot be read in {}: {}", left.folder(), e.getMessage());
            return Optional.empty();
        }
    }

    private List<LoadWorkspace> discarded(Optional<Resumable> resumed) throws IOException {
        List<LoadWorkspace> discarded = new ArrayList<>(workspaces());
        resumed.ifPresent(resumable -> discarded.remove(resumable.files()));
        return discarded;
    }

    /**
     * The keys of objects that dead loads have left on S3, those of this folder at once. As long as the newest commit
     * cannot be read, nobody knows which they are.
     *
     * @throws SystemError if no commit can be read, and this run does not load all that the lake has
     */
    public List<String> leftoverKeys(
            @Variable("committed") Snapshot committed,
            @Variable("listing") DatasetListing listing,
            @Variable("states") CommittedStates states)
            throws IOException {
        if (committed.isLost() || committed.sequence() == 0) {
            requireAllLoaded(committed, listing);
        }
        if (committed.isLost()) {
            return List.of();
        }
        Set<String> current =
                committed.manifest().files().stream().map(CommittedFile::path).collect(Collectors.toSet());
        Optional<Resumable> resumed = resumable(committed);
        List<String> paths = new ArrayList<>();
        for (LoadWorkspace left : discarded(resumed)) {
            Optional<LoadWorkspace.Journal> journal = left.journal();
            if (journal.isPresent()) {
                Stream.concat(
                                journal.get().uploads().stream().map(LoadWorkspace.Upload::file),
                                journal.get().superseded().stream())
                        .map(CommittedFile::path)
                        .filter(path -> !current.contains(path))
                        .forEach(paths::add);
                // Once the sequence is taken, the state may belong to a commit.
                left.origin()
                        .filter(origin -> committed.sequence() <= origin.baseSequence())
                        .ifPresent(origin -> paths.add(CommitLog.statePath(origin.loadId())));
            }
        }
        List<String> swept = Stream.concat(
                        Stream.concat(paths.stream(), states.strays().stream()).filter(listing::holds),
                        listing.strays(committed, resumed.map(Resumable::loadId)).stream())
                .distinct()
                .toList();
        listing.forget(swept);
        return swept.stream().map(destination::rawKey).toList();
    }

    /** What this run does not load no commit would name, so its files would be swept. */
    private void requireAllLoaded(Snapshot committed, DatasetListing listing) {
        List<Resource> left = Stream.concat(lake.catalog().all().stream(), lake.catalog().exported().stream())
                .filter(resource -> !resources.contains(resource) && listing.holdsRowsOf(resource))
                .toList();
        if (!left.isEmpty()) {
            String cause = committed.isLost()
                    ? lake.describeLost(committed)
                    : "There are files in " + destination.rawUri() + ", but no commit";
            String object = committed.isLost() ? CommitLog.commitPath(committed.sequence()) : CommitLog.LOADS + "/";
            throw new SystemError(
                    destination.failure(),
                    cause + ". This run does not load " + String.join(", ", Resource.names(left))
                            + ", which would be lost; nothing was changed.",
                    "Set " + settingsToLoad(left) + " as well, so that everything is loaded anew, or restore "
                            + destination.rawUri() + object + " from a backup.");
        }
    }

    private String settingsToLoad(List<Resource> left) {
        List<String> settings = new ArrayList<>();
        List<Resource> ofApi =
                left.stream().filter(resource -> !resource.exported()).toList();
        if (!ofApi.isEmpty()) {
            settings.add(
                    resources.stream().allMatch(Resource::exported)
                            ? "HEVY_API_KEY"
                            : "HEVY_RESOURCES to a list with " + String.join(", ", Resource.names(ofApi)));
        }
        if (ofApi.size() < left.size()) {
            settings.add("HEVY_EXPORT to the last export of "
                    + left.stream()
                            .filter(Resource::exported)
                            .map(Resource::table)
                            .collect(Collectors.joining(" and ")));
        }
        return String.join(" and ", settings);
    }

    /** Deletes the workspaces of earlier loads, but the one to resume. */
    public void deleteLeftovers(@Variable("committed") Snapshot committed) throws IOException {
        discarded(resumable(committed)).forEach(LoadWorkspace::delete);
    }
}
