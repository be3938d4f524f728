package io.github.hevypipeline.faults;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An HTTP/1.1 proxy on the loopback address in front of one server, which injects a fault into each request.
 *
 * <p>Thread-safe; its threads are daemons, and the owner closes it, which cuts every connection. Requests are numbered
 * from 1; two proxies that are given the same counter number theirs together. Heads and bodies pass byte for byte, the
 * Host header too, so that a signature made for the proxy's address still holds. Messages are held in memory, one
 * at a time, and each request gets a connection of its own to the server.
 */
public final class FaultProxy implements AutoCloseable {
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

    /**
     * A request as it arrived.
     *
     * @param number from 1, in the order of arrival
     * @param path with its percent signs, without the query
     * @param query without the question mark; empty if there is none
     */
    public record Request(int number, String method, String path, String query) {}

    /**
     * The outcome of a request.
     *
     * @param status the one the server or the proxy responded with, even if that response was lost; else 0
     */
    public record Entry(Request request, int status, Mishap mishap) {}

    private final URI upstream;
    private final AtomicInteger counter;
    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final ConcurrentSkipListMap<Integer, Entry> log = new ConcurrentSkipListMap<>();
    private final AtomicReference<Throwable> failedChoice = new AtomicReference<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fault-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Function<Request, Mishap> choice = request -> Mishap.NONE;
    private volatile Runnable kill = () -> {};

    private FaultProxy(URI upstream, AtomicInteger counter) throws IOException {
        this.upstream = upstream;
        this.counter = counter;
        this.listener = new ServerSocket(0, 256, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        threads.execute(this::accept);
    }

    /** Stands before a server, with a numbering of its own. */
    public static FaultProxy before(URI upstream) throws IOException {
        return before(upstream, new AtomicInteger());
    }

    /** Stands before a server; whoever has the same counter shares the numbering. */
    public static FaultProxy before(URI upstream, AtomicInteger counter) throws IOException {
        return new FaultProxy(upstream, counter);
    }

    /** Where clients connect, such as {@code http://127.0.0.1:41234}. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /**
     * Sets the choice of a fault for each later request. It is called when the head of a request has arrived, on several
     * threads at once, and may block or send requests itself.
     */
    public void meetWith(Function<Request, Mishap> other) {
        choice = Objects.requireNonNull(other);
    }

    /** Sets the action of a kill, which returns when the victim is dead. */
    public void killWith(Runnable killer) {
        kill = Objects.requireNonNull(killer);
    }

    /** Every request so far, in the order of their numbers. */
    public List<Entry> log() {
        return List.copyOf(log.values());
    }

    /** Empties the log; the numbers go on. */
    public void forgetLog() {
        log.clear();
    }

    /**
     * Cuts all connections.
     *
     * @throws AssertionError if the choice of a mishap ever failed, so that no assertion in it goes unnoticed
     */
    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        for (Socket connection : connections) {
            connection.close();
        }
        if (failedChoice.get() != null) {
            throw new AssertionError("the choice of a mishap failed", failedChoice.get());
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                connections.add(connection);
                if (listener.isClosed()) {
                    // It came while the others were cut, perhaps too late to be among them.
                    connection.close();
                    return;
                }
                threads.execute(() -> converse(connection));
            } catch (IOException | RejectedExecutionException closed) {
                return;
            }
        }
    }

    private void converse(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(connection.getInputStream());
            boolean open = true;
            while (open) {
                HttpMessage head = HttpMessage.readHead(in).orElse(null);
                open = head != null && meet(head, connection, in);
            }
        } catch (IOException hangUp) {
            // The client or the server went away: closing the connection passes it on.
            return;
        } finally {
            connections.remove(connection);
        }
    }

    /** Returns whether the connection may carry another request. */
    private boolean meet(HttpMessage head, Socket client, InputStream in) throws IOException {
        Request request = number(head);
        Mishap mishap = choose(request);
        log.put(request.number(), new Entry(request, 0, mishap));
        OutputStream out = client.getOutputStream();
        return switch (mishap.kind()) {
            case KILL_BEFORE -> {
                kill.run();
                yield false;
            }
            case RESET -> reset(client);
            case STALL -> {
                in.transferTo(OutputStream.nullOutputStream());
                yield false;
            }
            case RESPOND -> {
                readBody(head, in, out);
                log.put(request.number(), new Entry(request, mishap.status(), mishap));
                out.write(response(mishap, request.method()));
                yield !head.has("Connection", "close");
            }
            case NONE, KILL_AFTER, LOSE_RESPONSE, CUT_RESPONSE, REWRITE -> {
                Response response = forward(head, readBody(head, in, out), request.method());
                log.put(request.number(), new Entry(request, response.status, mishap));
                yield pass(mishap, response, client) && !head.has("Connection", "close");
            }
        };
    }

    private boolean pass(Mishap mishap, Response response, Socket client) throws IOException {
        return switch (mishap.kind()) {
            case KILL_AFTER -> {
                kill.run();
                yield false;
            }
            case LOSE_RESPONSE -> reset(client);
            case CUT_RESPONSE -> {
                client.getOutputStream().write(response.bytes, 0, response.bytes.length / 2);
                yield false;
            }
            case REWRITE -> {
                String whole = new String(response.bytes, StandardCharsets.UTF_8);
                String head = whole.substring(0, whole.indexOf("\r\n\r\n"));
                String body = mishap.rewrite().apply(whole.substring(head.length() + 4));
                client.getOutputStream().write(reworded(head, body));
                yield response.keepsConnection;
            }
            default -> {
                client.getOutputStream().write(response.bytes);
                yield response.keepsConnection;
            }
        };
    }

    private Request number(HttpMessage head) throws IOException {
        String[] words = head.startLine();
        if (words.length != 3) {
            throw new IOException("not a request: " + String.join(" ", words));
        }
        int mark = words[1].indexOf('?');
        String path = mark < 0 ? words[1] : words[1].substring(0, mark);
        String query = mark < 0 ? "" : words[1].substring(mark + 1);
        return new Request(counter.incrementAndGet(), words[0], path, query);
    }

    private Mishap choose(Request request) throws IOException {
        try {
            return Objects.requireNonNull(choice.apply(request));
        } catch (RuntimeException | AssertionError e) {
            failedChoice.compareAndSet(null, e);
            throw new IOException(e);
        }
    }

    private static boolean reset(Socket client) throws IOException {
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        return false;
    }

    private static byte[] readBody(HttpMessage head, InputStream in, OutputStream out) throws IOException {
        if (head.has("Expect", "100-continue")) {
            out.write(CONTINUE.getBytes(StandardCharsets.ISO_8859_1));
        }
        return head.readBody(in);
    }

    /** The server's response, head and body in one. */
    private static final class Response {
        private final int status;
        private final byte[] bytes;
        private final boolean keepsConnection;

        Response(int status, byte[] bytes, boolean keepsConnection) {
            this.status = status;
            this.bytes = bytes;
            this.keepsConnection = keepsConnection;
        }
    }

    private Response forward(HttpMessage request, byte[] body, String method) throws IOException {
        try (Socket server = new Socket(upstream.getHost(), upstream.getPort())) {
            connections.add(server);
            server.setTcpNoDelay(true);
            server.getOutputStream().write(join(request.bytes(), body));
            InputStream in = new BufferedInputStream(server.getInputStream());
            HttpMessage head = responseHead(in);
            while (status(head) < 200) {
                head = responseHead(in);
            }
            boolean bodiless = method.equals("HEAD") || status(head) == 204 || status(head) == 304;
            boolean untilEnd = !bodiless && head.endsWithConnection();
            byte[] responseBody = bodiless ? new byte[0] : untilEnd ? in.readAllBytes() : head.readBody(in);
            return new Response(
                    status(head), join(head.bytes(), responseBody), !untilEnd && !head.has("Connection", "close"));
        } finally {
            connections.removeIf(Socket::isClosed);
        }
    }

    private static HttpMessage responseHead(InputStream in) throws IOException {
        return HttpMessage.readHead(in).orElseThrow(() -> new IOException("the server gave no response"));
    }

    private static int status(HttpMessage response) {
        return Integer.parseInt(response.startLine()[1]);
    }

    private static byte[] join(byte[] head, byte[] body) {
        byte[] whole = new byte[head.length + body.length];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    /** Another body under the same head, with a length of its own. */
    private static byte[] reworded(String head, String body) {
        String kept = head.lines()
                .filter(line -> !line.toLowerCase(Locale.ROOT).matches("(content-length|transfer-encoding):.*"))
                .collect(Collectors.joining("\r\n"));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String newHead = kept + "\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        return join(newHead.getBytes(StandardCharsets.ISO_8859_1), bytes);
    }

    private static byte[] response(Mishap mishap, String method) {
        String error = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + mishap.code()
                + "</Code><Message>The fault proxy says so.</Message><RequestId>0</RequestId></Error>";
        String body = mishap.rewrite().apply(error);
        return ("HTTP/1.1 " + mishap.status() + " " + mishap.code() + "\r\nContent-Type: application/xml\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + (method.equals("HEAD") ? "" : body))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
