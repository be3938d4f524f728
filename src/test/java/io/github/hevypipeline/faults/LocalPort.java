package io.github.hevypipeline.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port of 127.0.0.1 that refuses connections until it is closed: it is taken, and nobody listens on it.
 *
 * <p>Immutable and thread-safe. A port that was free a moment ago may belong to another test's server by now.
 */
public final class LocalPort implements AutoCloseable {
    /** Below the ports that the system gives to connections and to servers that ask for any port. */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;

    private final Socket taken = new Socket();

    private LocalPort() throws IOException {
        taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** Takes a port that refuses connections. */
    public static LocalPort closed() throws IOException {
        return new LocalPort();
    }

    /** Finds a port for a server that starts later, which can only be told a number. */
    public static int free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** The base URL, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + taken.getLocalPort();
    }

    @Override
    public void close() {
        try {
            taken.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
