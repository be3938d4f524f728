package io.github.hevypipeline.report;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/**
 * Decides which {@code Host} headers a web server of this process accepts.
 *
 * <p>Immutable. A server on the loopback address accepts only names of this machine. Otherwise a foreign page could resolve
 * its own name to this machine and read the response (DNS rebinding).
 */
public final class Visitors {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final String host;
    private final boolean fromHereOnly;

    /** {@code host} is the address or name that the server listens on. */
    public Visitors(String host) {
        this.host = host.toLowerCase(Locale.ROOT);
        this.fromHereOnly = isLoopback(host);
    }

    /** The server could not listen on a name that cannot be resolved. */
    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return true;
        }
    }

    /** Whether to serve a request with this {@code Host} header, which may be null. */
    public boolean areExpected(String name) {
        if (!fromHereOnly) {
            return true;
        }
        String asked = name == null ? "" : name.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]+$", "");
        return asked.equals(host) || NAMES.contains(asked);
    }
}
