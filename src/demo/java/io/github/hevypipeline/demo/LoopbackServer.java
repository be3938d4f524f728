package io.github.hevypipeline.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small HTTP/1.1 server on the loopback address whose responses can break in any way.
 *
 * <p>Thread-safe; the owner closes it, which cuts every connection. The JDK's own server is not used because it cannot
 * reset a connection, send a malformed body or keep the case of a header name, and because it writes headers and body
 * apart, which costs 40 ms a response unless a property of the whole JVM is set.
 */
final class LoopbackServer implements AutoCloseable {
    private static final int LONGEST_HEAD = 64 * 1024;

    /** Computes the response to a request. */
    @FunctionalInterface
    interface Handler {
        SimulatedResponse respond(Request request) throws Exception;
    }

    private final ServerSocket listener;
    private final Handler handler;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger requests = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulated-hevy");
        thread.setDaemon(true);
        return thread;
    });

    LoopbackServer(Handler handler) throws IOException {
        this.handler = handler;
        this.listener = new ServerSocket(0, 256, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        threads.execute(this::accept);
    }

    URI baseUri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket connection = listener.accept();
                connections.add(connection);
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
            OutputStream out = connection.getOutputStream();
            boolean open = true;
            while (open) {
                String head = readHead(in);
                if (head == null) {
                    return;
                }
                Request request = parse(head);
                in.skipNBytes(Long.parseLong(request.header("Content-Length").orElse("0")));
                open = send(handler.respond(request), connection, out)
                        && !request.header("Connection").orElse("").equalsIgnoreCase("close");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception hangUp) {
            // The client went away, or the handler wants it so: closing the connection says all there is to say.
            return;
        } finally {
            connections.remove(connection);
        }
    }

    /** Returns whether the connection may carry another request. */
    private static boolean send(SimulatedResponse response, Socket connection, OutputStream out)
            throws IOException, InterruptedException {
        switch (response.delivery()) {
            case WHOLE -> {
                write(out, response, response.body().length);
                return true;
            }
            case CUT -> write(out, response, response.bytesSent());
            case STALLED -> {
                write(out, response, response.bytesSent());
                awaitEnd(connection);
            }
            case TRICKLED -> {
                write(out, response, 0);
                for (byte next : response.body()) {
                    Thread.sleep(response.pause().toMillis());
                    out.write(next);
                }
                return true;
            }
            case ENDLESS -> writeForEver(out, response);
            case RAW -> out.write(response.body());
            case HUNG_UP -> {}
            case RESET -> connection.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
        return false;
    }

    /** One write, so that a small response is one packet. */
    private static void write(OutputStream out, SimulatedResponse response, int bodyBytes) throws IOException {
        byte[] head = response.head();
        byte[] packet = new byte[head.length + bodyBytes];
        System.arraycopy(head, 0, packet, 0, head.length);
        System.arraycopy(response.body(), 0, packet, head.length, bodyBytes);
        out.write(packet);
    }

    /** Ends with the exception that a client causes who goes away. */
    private static void writeForEver(OutputStream out, SimulatedResponse response) throws IOException {
        write(out, response, 0);
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes((Integer.toHexString(response.body().length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        chunk.writeBytes(response.body());
        chunk.writeBytes(new byte[] {'\r', '\n'});
        while (!Thread.currentThread().isInterrupted()) {
            chunk.writeTo(out);
        }
    }

    private static void awaitEnd(Socket connection) throws IOException {
        while (connection.getInputStream().read() >= 0) {
            // A stalled server reads nothing that it would respond to.
        }
    }

    /** Everything up to the empty line, or null at the end of the connection. */
    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int ended = 0;
        while (ended < 4) {
            int next = in.read();
            if (next < 0 || head.size() > LONGEST_HEAD) {
                return null;
            }
            head.write(next);
            ended = next == (ended % 2 == 0 ? '\r' : '\n') ? ended + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private Request parse(String head) throws IOException {
        String[] lines = head.split("\r\n", -1);
        String[] requestLine = lines[0].split(" ", -1);
        if (requestLine.length != 3) {
            throw new IOException("not HTTP: " + lines[0]);
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon > 0) {
                headers.put(
                        lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                        lines[i].substring(colon + 1).strip());
            }
        }
        int mark = requestLine[1].indexOf('?');
        String path = mark < 0 ? requestLine[1] : requestLine[1].substring(0, mark);
        String query = mark < 0 ? "" : requestLine[1].substring(mark + 1);
        return new Request(requests.incrementAndGet(), requestLine[0], path, query, headers);
    }
}
