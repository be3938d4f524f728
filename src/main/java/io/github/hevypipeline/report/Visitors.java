package io.github.hevypipeline.report;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/**
 * Who may see what a web server of this process serves.
 *
 * <p>Immutable. Where only this machine can connect, a request has to name this machine: a page somewhere else could
 * let its own name point here, and read the response as if it were its own.
 */
public final class Visitors {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final String host;
    private final boolean fromHereOnly;

    /** {@code host} is the address or name that is listened on. */
    public Visitors(String host) {
        this.host = host.toLowerCase(Locale.ROOT);
        this.fromHereOnly = isLoopback(host);
    }

    /** A name that cannot be resolved cannot be listened on either. */
    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return true;
        }
    }

    /** Whether a request with this header {@code Host}, which is null if it has none, is to be served. */
    public boolean areExpected(String name) {
        if (!fromHereOnly) {
            return true;
        }
        String asked = name == null ? "" : name.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]+$", "");
        return asked.equals(host) || NAMES.contains(asked);
    }
}
