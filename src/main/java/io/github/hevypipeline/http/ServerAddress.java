package io.github.hevypipeline.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The address of a server as it is set, valid or not. Immutable. */
public final class ServerAddress {
    private static final Pattern UNDERSCORED = Pattern.compile("[A-Za-z0-9.-]*_[A-Za-z0-9._-]*(:\\d+)?");

    private final String text;

    /** Null if it is no URI. */
    private final URI uri;

    public ServerAddress(String text) {
        this.text = text;
        this.uri = parsed(text);
    }

    private static URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** Whether it has only an HTTP scheme, a host, and optionally a port and a path. */
    public boolean isPlain() {
        return uri != null
                && Set.of("http", "https").contains(scheme())
                && uri.getHost() != null
                && uri.getUserInfo() == null
                && uri.getQuery() == null
                && uri.getFragment() == null;
    }

    /** Whether the host has an underscore, as container tools create them; host names must not. */
    public boolean hasUnderscoreInHost() {
        return uri != null
                && uri.getHost() == null
                && uri.getRawAuthority() != null
                && UNDERSCORED.matcher(uri.getRawAuthority()).matches();
    }

    /** Whether the scheme is https; call for a {@link #isPlain plain} address only. */
    public boolean isEncrypted() {
        return scheme().equals("https");
    }

    /** Whether it is this machine: {@code localhost} or a literal address, so no DNS lookup; call for a plain address only. */
    public boolean isLoopback() {
        String host = uri.getHost();
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        boolean literal = host.startsWith("[") || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
        try {
            return literal && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The address for a message; hidden if it may contain a password. */
    public String shown() {
        return text.indexOf('@') < 0 ? text : "(it holds a name or password)";
    }

    private String scheme() {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }
}
