package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that begin a request and never complete it. Not thread-safe; owned by one test. */
final class IdleConnections implements AutoCloseable {
    private final List<Socket> sockets = new ArrayList<>();

    private IdleConnections() {}

    /** Opens them; every second one sends nothing at all. */
    static IdleConnections open(int port, int count) throws IOException {
        IdleConnections idle = new IdleConnections();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            idle.sockets.add(socket);
            socket.setSoTimeout((int) Await.LIMIT.toMillis());
            if (i % 2 == 0) {
                idle.begin(socket);
            }
        }
        return idle;
    }

    /** The server may have closed the connection by now, to make room for another. */
    private void begin(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
        }
    }

    /** Returns once the server has closed all of them. */
    void awaitClosed() throws IOException {
        for (Socket socket : sockets) {
            try {
                assertThat(socket.getInputStream().read()).isNegative();
            } catch (SocketException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
