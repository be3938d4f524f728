package floor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The pages of Hevy's lists, fetched side by side and handed over in order. Not thread-safe. */
final class HevyPages implements AutoCloseable {
    /** Pages waiting for each connection; enough that none waits for the reader, few enough for a small heap. */
    private static final int PAGES_AHEAD = 2;

    private final String baseUrl;
    private final String apiKey;
    private final int connections;
    private final ExecutorService fetchers;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ObjectMapper mapper = new ObjectMapper();

    HevyPages(String baseUrl, String apiKey, int connections) {
        this.baseUrl = baseUrl;
        this.apiKey = apiKey;
        this.connections = connections;
        this.fetchers = Executors.newFixedThreadPool(connections);
    }

    /** Receives the items of one page. */
    interface Reader {
        void read(JsonNode items) throws IOException;
    }

    /** Reads a whole list; the first page says how many there are. */
    void forEach(String list, int pageSize, Reader reader)
            throws IOException, InterruptedException, ExecutionException {
        JsonNode first = mapper.readTree(fetch(list, 1, pageSize));
        reader.read(first.get(list));
        int pages = first.get("page_count").intValue();
        Queue<Future<byte[]>> ahead = new ArrayDeque<>();
        int next = 2;
        while (next <= pages || !ahead.isEmpty()) {
            while (next <= pages && ahead.size() < connections * PAGES_AHEAD) {
                int page = next++;
                ahead.add(fetchers.submit(() -> fetch(list, page, pageSize)));
            }
            reader.read(mapper.readTree(ahead.remove().get()).get(list));
        }
    }

    private byte[] fetch(String list, int page, int pageSize) throws IOException, InterruptedException {
        URI uri = URI.create(baseUrl + "/v1/" + list + "?page=" + page + "&pageSize=" + pageSize);
        HttpRequest request =
                HttpRequest.newBuilder(uri).header("api-key", apiKey).build();
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(uri + " answered " + response.statusCode());
        }
        return response.body();
    }

    @Override
    public void close() {
        fetchers.shutdownNow();
    }
}
