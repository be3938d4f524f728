package io.github.hevypipeline.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A Hevy API over one simulated account, on the loopback address and a free port, as strict as the real one.
 *
 * <p>Thread-safe. Serves from {@link Builder#start()} until whoever started it closes it. Its threads are daemons.
 */
public final class SimulatedHevy implements AutoCloseable {
    private final LoopbackServer server;
    private final HevyApi api;
    private final Map<String, HevyApi> others = new ConcurrentHashMap<>();
    private final int pageCountWhenEmpty;
    private final Account account;
    private final String apiKey;
    private final Duration latency;
    private final Queue<Exchange> log = new ConcurrentLinkedQueue<>();
    private volatile Intruder intruder;

    private SimulatedHevy(Builder settings) {
        this.account = settings.account;
        this.apiKey = settings.apiKey;
        this.latency = settings.latency;
        this.intruder = settings.intruder;
        this.pageCountWhenEmpty = settings.pageCountWhenEmpty;
        this.api = new HevyApi(account, apiKey, pageCountWhenEmpty);
        settings.others.forEach(this::alsoServe);
        try {
            this.server = new LoopbackServer(this::respond);
        } catch (IOException e) {
            throw new UncheckedIOException("No free port on 127.0.0.1", e);
        }
    }

    /** Serves this account with nothing out of the ordinary. */
    public static SimulatedHevy serve(Account account) {
        return of(account).start();
    }

    /** Serves this account once the settings are made. */
    public static Builder of(Account account) {
        return new Builder(account);
    }

    /** Such as {@code http://127.0.0.1:41234}, with no slash at the end. */
    public URI baseUri() {
        return server.baseUri();
    }

    /** The key of the account that is served. */
    public String apiKey() {
        return apiKey;
    }

    /** The account; changes to it show in the next response. */
    public Account account() {
        return account;
    }

    /** Accepts one more key from now on, as {@link Builder#alsoServing} does before the start. */
    public void alsoServe(String key, Account other) {
        others.put(key, new HevyApi(other, key, pageCountWhenEmpty));
    }

    /** Sets the intruder of all later requests; {@link Intruder#NONE} removes it. */
    public void meetWith(Intruder other) {
        intruder = Objects.requireNonNull(other);
    }

    /** Every request so far with the status of its response, in the order of the responses. */
    public List<Exchange> log() {
        return List.copyOf(log);
    }

    /** How many requests this path had so far, the query aside. */
    public long requestsTo(String path) {
        return log.stream()
                .filter(exchange -> exchange.request().path().equals(path))
                .count();
    }

    /** How many requests to this path got this status. */
    public long requestsTo(String path, int status) {
        return log.stream()
                .filter(exchange -> exchange.request().path().equals(path) && exchange.status() == status)
                .count();
    }

    /** Starts the log and the counts anew. */
    public void forgetLog() {
        log.clear();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SimulatedResponse respond(Request request) throws Exception {
        if (!latency.isZero()) {
            Thread.sleep(latency.toMillis());
        }
        int status = 0;
        try {
            HevyApi asked = others.getOrDefault(request.header("api-key").orElse(""), api);
            SimulatedResponse response = intruder.meet(request, () -> asked.respond(request));
            status = response.status();
            return response;
        } finally {
            log.add(new Exchange(request, status));
        }
    }

    /**
     * A request and its response.
     *
     * @param status 0 when there was no status line
     */
    public record Exchange(Request request, int status) {}

    /** The settings of a server that is not started yet. Not thread-safe. */
    public static final class Builder {
        private final Account account;
        private String apiKey = "00000000-0000-4000-8000-000000000000";
        private Duration latency = Duration.ZERO;
        private int pageCountWhenEmpty;
        private Intruder intruder = Intruder.NONE;

        private final Map<String, Account> others = new HashMap<>();

        private Builder(Account account) {
            this.account = Objects.requireNonNull(account);
        }

        /** The key to accept, in place of the usual one. */
        public Builder apiKey(String key) {
            this.apiKey = Objects.requireNonNull(key);
            return this;
        }

        /** Accepts one more key: that of another account, or another one of the same. */
        public Builder alsoServing(String key, Account other) {
            others.put(Objects.requireNonNull(key), Objects.requireNonNull(other));
            return this;
        }

        /** How long every response takes at least. */
        public Builder latency(Duration perRequest) {
            this.latency = perRequest;
            return this;
        }

        /** The {@code page_count} of an empty list; 0 unless told, and 1 is as likely of the real API. */
        public Builder pageCountWhenEmpty(int pages) {
            this.pageCountWhenEmpty = pages;
            return this;
        }

        /** Who meets the requests from the first one on. */
        public Builder intruder(Intruder first) {
            this.intruder = Objects.requireNonNull(first);
            return this;
        }

        /** Starts to serve. */
        public SimulatedHevy start() {
            return new SimulatedHevy(this);
        }
    }
}
