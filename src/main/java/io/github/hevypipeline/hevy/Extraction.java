package io.github.hevypipeline.hevy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.Load;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.apache.camel.http.base.HttpOperationFailedException;

/**
 * Decides which page the routes request next, and stores the responses in the load's workspace.
 *
 * <p>Immutable and thread-safe. The state of a resource is in its {@link ResourceFetch}, that of a paging loop in its
 * {@link PageCursor}.
 */
public final class Extraction {
    private static final int FIRST_CLIENT_ERROR = 400;
    private static final int FIRST_SERVER_ERROR = 500;
    /** The key is refused, the request was too slow, or there were too many: not a matter of one resource. */
    private static final Set<Integer> ANY_REQUEST = Set.of(401, 408, 429);

    private final int window;

    /** {@code window} pages are requested before the next ones. */
    public Extraction(int window) {
        this.window = window;
    }

    /**
     * Reads the account of the key.
     *
     * @throws ConfigError if the lake belongs to another account
     */
    public void takeAccount(@Variable("load") Load load, @Body InputStream body) throws IOException {
        HevyUser user = HevyUser.read(body);
        load.takeAccount(user.id(), user.name());
    }

    /**
     * Continues without the account, which Hevy does not serve.
     *
     * @throws Exception the failure itself, if a retry may help
     */
    public void accountUnavailable(
            @Variable("load") Load load, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
            throws Exception {
        if (unavailability(failure).isEmpty()) {
            throw failure;
        }
        load.takeAccount(null, null);
    }

    /** Starts to fetch a resource, in full or what changed since its watermark. */
    public ResourceFetch begin(@Variable("load") Load load, @Body Resource resource) {
        load.begin(resource);
        return new ResourceFetch(load, resource);
    }

    /** Opens the list of all items, without the pages that an interrupted run has stored already. */
    public PageCursor openList(@Variable("load") Load load, @Variable("fetch") ResourceFetch fetch) throws IOException {
        if (fetch.isRereading()) {
            return fetch.keptAgain();
        }
        Feed list = fetch.list();
        PageCursor pages = new PageCursor(list, window);
        PageReader reader = new PageReader(list);
        for (Map.Entry<Integer, Path> kept : load.listPages(list.resource()).entrySet()) {
            Optional<Page> page = reader.readWhole(kept.getValue());
            if (page.isPresent()) {
                load.items(list.resource())
                        .add(list.pass(), kept.getKey(), page.get().items());
                if (!Load.isReread(kept.getKey())) {
                    pages.has(kept.getKey(), page.get().pageCount());
                    fetch.kept(kept.getKey());
                }
            } else {
                Files.delete(kept.getValue());
            }
        }
        return pages;
    }

    /** Opens the change feed. */
    public PageCursor openChanges(@Variable("fetch") ResourceFetch fetch) {
        return new PageCursor(fetch.changes(), window);
    }

    /**
     * Stores a page in the load's workspace.
     *
     * @throws SystemError if the response is not a page; nothing is stored
     */
    public void keep(
            @Variable("load") Load load,
            @Variable("fetch") ResourceFetch fetch,
            @Variable("pages") PageCursor pages,
            @Variable("page") int number,
            @Body InputStream body)
            throws IOException {
        Feed feed = pages.feed();
        int keptAs = pages.isRereading() ? load.nextReread(feed.resource()) : number;
        Path place = load.pageFile(feed.resource(), feed.pass(), keptAs);
        PageReader reader = new PageReader(feed);
        Page page;
        long bytes;
        try (ResponseFile file = new ResponseFile(place)) {
            bytes = file.write(body);
            if (Load.fitsInMemory(bytes)) {
                JsonNode json = reader.parse(place);
                page = reader.read(json, place);
                load.keepParsed(place, json, bytes);
            } else {
                page = reader.read(place);
            }
            file.keep();
        }
        pages.add(page, load.items(feed.resource()).add(feed.pass(), keptAs, page.items()), bytes);
        fetch.note(page);
    }

    /** Ends the list before a page that no longer exists. */
    public void endBefore(@Variable("pages") PageCursor pages, @Variable("page") int page) {
        pages.endBefore(page);
    }

    /**
     * Checks that the load can go on without the resource.
     *
     * @throws Exception the failure itself, if it may pass or the load needs the resource
     */
    public void requireOptional(
            @Variable("load") Load load,
            @Variable("fetch") ResourceFetch fetch,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
            throws Exception {
        if (unavailability(failure).isEmpty() || !load.canLeaveOut(fetch.getResource())) {
            throw failure;
        }
    }

    /** Skips a resource in this load: no more of its pages are requested, and its rows stay as they are. */
    public void skip(
            @Variable("fetch") ResourceFetch fetch,
            @Variable("pages") PageCursor pages,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        fetch.skip(unavailability(failure).orElseThrow());
        pages.stop();
    }

    /**
     * Reads the number of items that Hevy counts.
     *
     * @throws SystemError if the response has no such number
     */
    public void count(@Variable("fetch") ResourceFetch fetch, @Body InputStream body) throws IOException {
        fetch.takeCount(body);
    }

    /** Decides whether the fetched pages form a consistent snapshot, or what to read again. */
    public void settle(@Variable("fetch") ResourceFetch fetch, @Variable("pages") PageCursor pages) throws IOException {
        fetch.settle(pages);
    }

    /** Why Hevy does not serve a resource, to end a sentence; empty if the failure is of any request or may pass. */
    private static Optional<String> unavailability(Exception failure) {
        if (failure instanceof HttpOperationFailedException response) {
            int status = response.getStatusCode();
            boolean refused =
                    status >= FIRST_CLIENT_ERROR && status < FIRST_SERVER_ERROR && !ANY_REQUEST.contains(status);
            return refused ? Optional.of("Hevy responds with status " + status) : Optional.empty();
        }
        boolean isNoPage = failure instanceof SystemError error && error.exitCode() == ExitCode.HEVY_API;
        return isNoPage ? Optional.of(failure.getMessage()) : Optional.empty();
    }
}
