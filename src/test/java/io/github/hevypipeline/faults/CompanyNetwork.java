package io.github.hevypipeline.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A network behind a forward proxy. The proxy opens tunnels to names that no other way leads to; the TLS servers there have
 * certificates of a company authority.
 *
 * <p>Thread-safe; closing it cuts every connection.
 */
final class CompanyNetwork implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final Path keys;
    private final Map<String, ServerSocket> servers = new ConcurrentHashMap<>();
    private final ServerSocket proxy;
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "company-network");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String response = "HTTP/1.1 200 Connection established\r\n\r\n";
    private volatile String login;

    /** {@code folder} takes the keys, or has them from before. */
    CompanyNetwork(Path folder) throws IOException, InterruptedException {
        keys = folder.resolve("server.p12");
        if (!Files.exists(keys)) {
            keytool(
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    "x",
                    "-dname",
                    "CN=Company",
                    "-storepass",
                    PASSWORD,
                    "-ext",
                    "SAN=dns:hevy.company.test,dns:s3.company.test",
                    "-keystore",
                    keys.toString());
        }
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        serve(proxy, this::tunnel);
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile("keytool", ".log");
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        String said = Files.readString(log);
        Files.delete(log);
        if (status != 0) {
            throw new IOException(said);
        }
    }

    /** A truststore with the company's authority, which is the server's certificate itself. */
    Path trustStore() {
        return keys;
    }

    /** Such as {@code http://127.0.0.1:3128}. */
    String proxy() {
        return "http://127.0.0.1:" + proxy.getLocalPort();
    }

    /** The requests to the proxy, with headers. */
    List<String> heads() {
        return List.copyOf(heads);
    }

    /** Requires these credentials, {@code user:password}, of later requests. */
    CompanyNetwork asksFor(String nameAndPassword) {
        login = nameAndPassword;
        return this;
    }

    /** Rejects later requests with this status. */
    CompanyNetwork refuses(String status) {
        response = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n";
        return this;
    }

    /** Puts a server with TLS before one without. */
    String put(String name, URI behind) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(factory.getKeyManagers(), null, null);
        ServerSocket server = tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        servers.put(name + ":443", server);
        serve(server, client -> join(client, open(behind.getHost(), behind.getPort())));
        return "https://" + name;
    }

    @FunctionalInterface
    private interface Talk {
        void with(Socket client) throws IOException;
    }

    private void serve(ServerSocket listener, Talk talk) {
        threads.execute(() -> {
            while (!listener.isClosed()) {
                try {
                    Socket client = listener.accept();
                    connections.add(client);
                    threads.execute(() -> {
                        try (client) {
                            talk.with(client);
                        } catch (IOException hungUp) {
                            connections.remove(client);
                        }
                    });
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private Socket open(String host, int port) throws IOException {
        Socket socket = new Socket(host, port);
        connections.add(socket);
        return socket;
    }

    private void tunnel(Socket client) throws IOException {
        String head = head(client.getInputStream());
        while (!head.isEmpty()) {
            heads.add(head);
            OutputStream out = client.getOutputStream();
            if (login != null
                    && !head.contains(
                            "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))) {
                out.write("HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
                head = head(client.getInputStream());
                continue;
            }
            ServerSocket server = servers.get(head.split(" ", 3)[1]);
            String said = server == null ? "HTTP/1.1 502 No such host\r\nContent-Length: 0\r\n\r\n" : response;
            out.write(said.getBytes(StandardCharsets.US_ASCII));
            if (said.startsWith("HTTP/1.1 200")) {
                join(client, open("127.0.0.1", server.getLocalPort()));
            }
            return;
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (head.toString().endsWith("\r\n\r\n")) {
                return head.toString();
            }
        }
        return "";
    }

    private void join(Socket one, Socket other) throws IOException {
        threads.execute(() -> {
            try (one;
                    other) {
                other.getInputStream().transferTo(one.getOutputStream());
            } catch (IOException hungUp) {
                connections.remove(other);
            }
        });
        try (other) {
            one.getInputStream().transferTo(other.getOutputStream());
        }
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        for (ServerSocket server : servers.values()) {
            server.close();
        }
        for (Socket connection : connections) {
            connection.close();
        }
        threads.shutdownNow();
    }
}
