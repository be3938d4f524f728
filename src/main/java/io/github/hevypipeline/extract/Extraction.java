package io.github.hevypipeline.extract;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.raw.Load;
import io.github.hevypipeline.raw.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * The paging loop as the routes see it: they send the requests, this says which and keeps the answers.
 *
 * <p>Immutable and thread-safe; the state of a loop is in its {@link Pages}.
 */
public final class Extraction {
    /** No page of the real API comes near; bounds what a wrong or hostile server can put on the disk. */
    private static final long MOST_PAGE_BYTES = 64L << 20;

    private static final int BUFFER_BYTES = 1 << 16;

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
        Path file = load.pageFile(resource, page);
        Path arriving = file.resolveSibling(file.getFileName() + ".part");
        try (body) {
            copy(body, arriving, resource);
        }
        Page read = new PageReader(resource).read(arriving);
        Files.move(arriving, file, StandardCopyOption.ATOMIC_MOVE);
        load.roster(resource).add(page, read.items());
        pages.countIs(read.pageCount());
    }

    /** Ends the loop before a page that Hevy does not have any more. */
    public void endBefore(@Variable("pages") Pages pages, @Variable("page") int page) {
        pages.endBefore(page);
    }

    private static void copy(InputStream body, Path file, Resource resource) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                bytes += n;
                if (bytes > MOST_PAGE_BYTES) {
                    throw new SystemError(
                            ExitCode.HEVY_API,
                            "An answer of " + resource.path() + " is larger than " + (MOST_PAGE_BYTES >> 20)
                                    + " MB, which no page is.",
                            "Check HEVY_BASE_URL; if it is right, please report this.");
                }
                write(out, buffer, n, file);
            }
        }
    }

    /** A disk that refuses is no fault of Hevy's: it must not be asked again. */
    private static void write(OutputStream out, byte[] buffer, int length, Path file) {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw new SystemError(
                    ExitCode.LOCAL_DISK,
                    "The local disk refused " + file + ": " + e.getMessage() + ".",
                    "Make room there, and run again.",
                    e);
        }
    }
}
