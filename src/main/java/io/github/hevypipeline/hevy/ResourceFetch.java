package io.github.hevypipeline.hevy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.Load;
import io.github.hevypipeline.lake.Staging;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.report.TerminalText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches one resource until its pages form a consistent snapshot of the account.
 *
 * <p>Not thread-safe except for {@link #note} and {@link #skip}; it belongs to one load. Hevy pages by offset, so a list
 * that changes while it is read can miss an item or return an old version. The changes since the load began are therefore
 * read after the list, until a reading brings nothing new, and the number of items must match Hevy's count. Otherwise the
 * changes are read again, then everything.
 */
public final class ResourceFetch {
    private static final Logger LOG = LoggerFactory.getLogger(ResourceFetch.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_COUNT_BYTES = 4096;
    private static final int MAX_COUNT_SHOWN = 120;
    private static final int MAX_TYPE_SHOWN = 40;
    private static final int MAX_LISTINGS = 3;
    private static final int MAX_READINGS = 3;

    private final Load load;
    private final Resource resource;
    private boolean listDue;
    private int listings;
    private int readings;
    private int passes;
    private final Set<String> unknownEvents = new HashSet<>();
    private boolean distrusted;
    private OptionalLong count = OptionalLong.empty();
    private String unavailable;
    private boolean settled;
    private final Deque<Integer> kept = new ArrayDeque<>();
    private boolean rereading;

    ResourceFetch(Load load, Resource resource) {
        this.load = load;
        this.resource = resource;
        this.listDue = !load.plan(resource).isIncremental();
        this.settled = load.plan(resource).isNothing();
    }

    public Resource getResource() {
        return resource;
    }

    /** Where the rows of its pages are staged. */
    public Staging getStaging() {
        return load.staging(resource);
    }

    /** Whether the snapshot is still incomplete. */
    public boolean isUnsettled() {
        return !settled;
    }

    /** Whether to read the list next. */
    public boolean isListDue() {
        return listDue;
    }

    /** Whether the resource has a change feed. */
    public boolean isFollowed() {
        return resource.events() != null;
    }

    /** Whether Hevy counts the items. */
    public boolean isCounted() {
        return resource.count() != null;
    }

    Feed list() {
        listings++;
        return Feed.list(resource);
    }

    /** Registers a page that an interrupted run has stored; called in the order of pages. */
    void kept(int page) {
        kept.addFirst(page);
    }

    /** Whether to read stored pages again. */
    boolean isRereading() {
        return rereading;
    }

    /**
     * Reads the stored pages again, until no item is missing. Items deleted before a stored page have shifted others onto
     * it from the next page, which was read later. The longer the gap between the two, the more may have shifted, so the
     * widest gap comes first.
     */
    PageCursor keptAgain() throws IOException {
        rereading = false;
        listDue = false;
        Map<Integer, Instant> arrivals = load.listArrivals(resource);
        List<Integer> pages = kept.stream()
                .sorted(Comparator.comparing((Integer page) -> Duration.between(
                                arrivals.get(page), arrivals.getOrDefault(page + 1, arrivals.get(page))))
                        .reversed())
                .toList();
        kept.clear();
        return PageCursor.again(
                Feed.list(resource), pages, () -> load.items(resource).size() >= count.orElse(0));
    }

    Feed changes() {
        readings++;
        passes++;
        return new Feed(resource, passes, load.changesSince(resource));
    }

    /**
     * Registers the events of a page that this program does not understand. If one does not say what became of an item,
     * only the list can. Thread-safe.
     */
    synchronized void note(Page page) {
        for (String type : page.unknownEvents()) {
            if (unknownEvents.add(type)) {
                LOG.warn(
                        "extract   {}: unknown type of event {}",
                        load.describe(resource),
                        TerminalText.of(type, MAX_TYPE_SHOWN));
            }
        }
        distrusted |= page.untold() > 0;
    }

    /**
     * Reads how many items Hevy counts. {@code body} may be null.
     *
     * @throws SystemError if the response has no such number
     */
    void takeCount(InputStream body) throws IOException {
        byte[] response = body == null ? new byte[0] : body.readNBytes(MAX_COUNT_BYTES);
        try {
            JsonNode number = JSON.readTree(response).path(resource.count().key());
            if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
                throw notACount(response, null);
            }
            count = OptionalLong.of(number.longValue());
        } catch (JsonProcessingException e) {
            throw notACount(response, e);
        }
    }

    private SystemError notACount(byte[] response, Exception origin) {
        return new SystemError(
                ExitCode.HEVY_API,
                "The response of " + resource.count().path() + " has no whole number "
                        + resource.count().key() + ". It begins: "
                        + TerminalText.of(new String(response, StandardCharsets.UTF_8), MAX_COUNT_SHOWN),
                "Try again later; if it stays so, the API has changed: please report it.",
                origin);
    }

    /** Skips the resource, which Hevy does not serve. Thread-safe. */
    synchronized void skip(String reason) {
        if (unavailable == null) {
            unavailable = reason;
        }
    }

    private synchronized boolean isUnavailable() {
        return unavailable != null;
    }

    /** Drops the fetched pages, so that a part is never taken for the whole. */
    private void leaveOut() throws IOException {
        load.leaveOut(resource, unavailable);
        long rows = load.expectedRows(resource);
        if (resource.exported()) {
            LOG.debug("extract   {}: not in the export", resource.name());
            settled = true;
            return;
        }
        LOG.warn(
                "extract   {}: skipped, {}: {}",
                load.describe(resource),
                rows == 0 ? "the lake has no rows of it" : "its " + rows + " rows stay as they were loaded before",
                unavailable);
        settled = true;
    }

    /**
     * Decides what to read next, if anything.
     *
     * @param pages what was read last: the changes, if the resource has them
     * @throws SystemError if the list never came to match Hevy's count
     */
    void settle(PageCursor pages) throws IOException {
        if (isUnavailable()) {
            leaveOut();
            return;
        }
        // A single page is read at one instant.
        boolean quiet = !pages.feed().isChanges() || pages.asked() <= 1 || pages.news() == 0;
        boolean accountOpen = load.isAccountOpen(resource);
        if (accountOpen && load.plan(resource).isIncremental()) {
            LOG.info(
                    "extract   {}: no change is of a row in the lake; reading everything to compare",
                    load.describe(resource));
            readAllAgain("its changes do not tell whose data it is");
            return;
        }
        long fetched = load.expectedRows(resource);
        boolean agreed = count.isEmpty() || count.getAsLong() == fetched;
        boolean listNeeded = distrusted && listings == 0;
        if (agreed && !listNeeded && (quiet || readings >= MAX_READINGS)) {
            if (accountOpen) {
                throw load.refuseAccount(resource);
            }
            settled = true;
            load.settled(resource);
        } else if (!listNeeded && isFollowed() && readings > 1 && !kept.isEmpty() && count.orElse(0) > fetched) {
            sayAgain(agreed, fetched, "reading kept pages again, from which others may have moved");
            rereading = true;
            listDue = true;
        } else if (!listNeeded && isFollowed() && readings < MAX_READINGS) {
            listDue = false;
            sayAgain(agreed, fetched, "reading the changes again");
        } else if (listings < MAX_LISTINGS) {
            sayAgain(agreed, fetched, "reading everything again");
            readAllAgain("its changes do not add up");
        } else {
            throw doesNotAddUp(fetched);
        }
    }

    private void readAllAgain(String reason) throws IOException {
        load.fetchAllAgain(resource, reason);
        kept.clear();
        listDue = true;
        readings = 0;
        passes = 0;
    }

    private void sayAgain(boolean agreed, long fetched, String then) {
        if (agreed) {
            LOG.info("extract   {}: changed meanwhile; {}", load.describe(resource), then);
        } else {
            LOG.warn(
                    "extract   {}: Hevy counts {}, fetched {}; {}",
                    load.describe(resource),
                    count.getAsLong(),
                    fetched,
                    then);
        }
    }

    /** Also drops the stored pages, so that the next run does not resume with them. */
    private SystemError doesNotAddUp(long fetched) throws IOException {
        load.fetchAllAgain(resource, "its list did not add up");
        return new SystemError(
                ExitCode.HEVY_API,
                "Hevy counts " + count.orElse(0) + " " + resource.name() + ", but its list has " + fetched + ", "
                        + MAX_LISTINGS + " times over; nothing was committed.",
                "Run again later; if it stays so, please report it.");
    }
}
