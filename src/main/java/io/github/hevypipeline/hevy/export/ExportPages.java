package io.github.hevypipeline.hevy.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Items as the pages of a list of Hevy's API: {@code page}, {@code page_count} and the list itself.
 *
 * <p>Not thread-safe. Holds one page. An empty list has one page without items. Closes its file at the end; close it to
 * stop before.
 */
public final class ExportPages implements Iterator<JsonNode>, AutoCloseable {
    private final String listKey;
    private final int pageSize;
    private final int pageCount;
    private final Iterator<ObjectNode> items;
    private final Runnable close;
    private int page;

    ExportPages(String listKey, int pageSize, long itemCount, Iterator<ObjectNode> items, Runnable close) {
        this.listKey = listKey;
        this.pageSize = pageSize;
        this.pageCount = Math.max(1, Math.toIntExact((itemCount + pageSize - 1) / pageSize));
        this.items = items;
        this.close = close;
    }

    /** How many pages there are in all. */
    public int pageCount() {
        return pageCount;
    }

    @Override
    public boolean hasNext() {
        return page < pageCount;
    }

    @Override
    public JsonNode next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        page++;
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("page", page);
        node.put("page_count", pageCount);
        ArrayNode list = node.putArray(listKey);
        while (list.size() < pageSize && items.hasNext()) {
            list.add(items.next());
        }
        if (page == pageCount) {
            // Reading to the end of the file checks that it is still the same.
            if (items.hasNext()) {
                throw new IllegalStateException("more items than were counted");
            }
            close.run();
        }
        return node;
    }

    @Override
    public void close() {
        close.run();
    }
}
