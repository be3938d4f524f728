package io.github.hevypipeline.extract;

import io.github.hevypipeline.raw.Load;
import io.github.hevypipeline.raw.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * The paging loop as the routes see it: they send the requests, this says which and keeps the answers.
 *
 * <p>Immutable and thread-safe; the state of a loop is in its {@link Pages}.
 */
public final class Extraction {
    private final int concurrency;

    /** {@code concurrency} pages are fetched side by side. */
    public Extraction(int concurrency) {
        this.concurrency = concurrency;
    }

    /** Begins to page through a resource. */
    public Pages open(@Body Resource resource) {
        return new Pages(resource, concurrency);
    }

    /** Takes the numbers of the next few pages. */
    public List<Integer> nextWindow(@Variable("pages") Pages pages) {
        return pages.nextWindow();
    }

    /** Keeps an answer in the load package, if it is a page. */
    public void keep(
            @Variable("load") Load load,
            @Variable("pages") Pages pages,
            @Variable("page") int page,
            @Body InputStream body)
            throws IOException {
        Resource resource = pages.getResource();
        Page read;
        try (ArrivingFile file = new ArrivingFile(load.pageFile(resource, page))) {
            file.write(body);
            read = new PageReader(resource).read(file.path());
            file.keep();
        }
        load.roster(resource).add(page, read.items());
        pages.countIs(read.pageCount());
    }

    /** Ends the loop before a page that Hevy does not have any more. */
    public void endBefore(@Variable("pages") Pages pages, @Variable("page") int page) {
        pages.endBefore(page);
    }
}
