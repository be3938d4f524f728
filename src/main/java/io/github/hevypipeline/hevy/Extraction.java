package io.github.hevypipeline.hevy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.SyncPlan;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paging loop as the routes see it: they send the requests, this says which and keeps the answers.
 *
 * <p>Immutable and thread-safe; the state of a resource is in its {@link ResourceFetch}, that of a loop in its {@link PageCursor}.
 */
public final class Extraction {
    private static final Logger LOG = LoggerFactory.getLogger(Extraction.class);

    private final int concurrency;

    /** {@code concurrency} pages are fetched side by side. */
    public Extraction(int concurrency) {
        this.concurrency = concurrency;
    }

    /**
     * Takes whose key it is.
     *
     * @throws ConfigError if the lake holds the data of another account
     */
    public void takeAccount(@Variable("load") LoadTransaction load, @Body InputStream body) throws IOException {
        AccountReader.Told told = AccountReader.read(body);
        load.takeAccount(told.id(), told.name());
    }

    /**
     * Takes note that Hevy does not tell whose key it is.
     *
     * @throws Exception what came instead, if it may come right by itself
     */
    public void accountNotTold(
            @Variable("load") LoadTransaction load, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
            throws Exception {
        if (ResourceUnavailable.of(failure).isEmpty()) {
            throw failure;
        }
        load.takeAccount(null, null);
    }

    /** Begins to fetch a resource. */
    public ResourceFetch begin(@Variable("load") LoadTransaction load, @Body Resource resource) {
        SyncPlan plan = load.plan(resource);
        if (plan.isIncremental()) {
            LOG.info("extract   {}: what changed since {}", resource.name(), plan.since());
        } else if (plan.reason() != null) {
            LOG.info("extract   {}: everything, since {}", resource.name(), plan.reason());
        }
        return new ResourceFetch(load, resource);
    }

    /** Begins to page through all items of a resource, but for the pages that an earlier run has kept. */
    public PageCursor openList(@Variable("load") LoadTransaction load, @Variable("fetch") ResourceFetch fetch)
            throws IOException {
        if (fetch.isRereading()) {
            return fetch.keptAgain();
        }
        Feed list = fetch.list();
        PageCursor pages = new PageCursor(list, concurrency);
        PageReader reader = new PageReader(list);
        for (Map.Entry<Integer, Path> kept : load.listPages(list.resource()).entrySet()) {
            Optional<Page> page = reader.readWhole(kept.getValue());
            if (page.isPresent()) {
                load.items(list.resource())
                        .add(list.pass(), kept.getKey(), page.get().items());
                if (!LoadTransaction.isReread(kept.getKey())) {
                    pages.has(kept.getKey(), page.get().pageCount());
                    fetch.kept(kept.getKey());
                }
            } else {
                Files.delete(kept.getValue());
            }
        }
        return pages;
    }

    /** Begins to page through the changes. */
    public PageCursor openChanges(@Variable("fetch") ResourceFetch fetch) {
        return new PageCursor(fetch.changes(), concurrency);
    }

    /** Takes the numbers of the next few pages. */
    public List<Integer> nextWindow(@Variable("pages") PageCursor pages) {
        return pages.nextWindow();
    }

    /** The query of the request for a page. */
    public String query(@Variable("pages") PageCursor pages, @Variable("page") int page) {
        return pages.query(page);
    }

    /** Keeps an answer in the load package, if it is a page. */
    public void keep(
            @Variable("load") LoadTransaction load,
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
            if (LoadTransaction.fitsInMemory(bytes)) {
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

    /** Ends the loop before a page that Hevy does not have any more. */
    public void endBefore(@Variable("pages") PageCursor pages, @Variable("page") int page) {
        pages.endBefore(page);
    }

    /**
     * Requires that the load can go on without the resource, given what came in place of a page.
     *
     * @throws Exception what came, if it cannot
     */
    public void requireDispensable(
            @Variable("load") LoadTransaction load,
            @Variable("fetch") ResourceFetch fetch,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure)
            throws Exception {
        if (ResourceUnavailable.of(failure).isEmpty() || !load.canLeaveOut(fetch.getResource())) {
            throw failure;
        }
    }

    /** Gives a resource up: no more of its pages are asked for, and its rows stay as they are. */
    public void doWithout(
            @Variable("fetch") ResourceFetch fetch,
            @Variable("pages") PageCursor pages,
            @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        fetch.giveUp(ResourceUnavailable.of(failure).orElseThrow());
        pages.giveUp();
    }

    /** Ends one reading of the changes. */
    public void changesRead(@Variable("fetch") ResourceFetch fetch, @Variable("pages") PageCursor pages) {
        fetch.changesRead(pages);
    }

    /**
     * Takes the number of items as Hevy counts them.
     *
     * @throws SystemError if the answer holds no such number
     */
    public void count(@Variable("fetch") ResourceFetch fetch, @Body InputStream body) throws IOException {
        fetch.takeCount(CountReader.read(fetch.getResource().count(), body));
    }

    /** Decides whether the resource is fetched, or what is to be read again. */
    public void settle(@Variable("fetch") ResourceFetch fetch) throws IOException {
        fetch.settle();
    }
}
