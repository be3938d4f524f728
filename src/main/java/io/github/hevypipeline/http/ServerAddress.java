package io.github.hevypipeline.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The address of a server as a setting names it, in whatever state. Immutable. */
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

    /** Whether it is a scheme of HTTP, a host, perhaps a port and a path: no name and password, no query. */
    public boolean isPlain() {
        return uri != null
                && Set.of("http", "https").contains(scheme())
                && uri.getHost() != null
                && uri.getUserInfo() == null
                && uri.getQuery() == null
                && uri.getFragment() == null;
    }

    /** Whether its host's name has an underscore, as container tools make them, which no name of a host may have. */
    public boolean hasUnderscoreInHost() {
        return uri != null
                && uri.getHost() == null
                && uri.getRawAuthority() != null
                && UNDERSCORED.matcher(uri.getRawAuthority()).matches();
    }

    /** Of a plain one: whether what is sent there is encrypted. */
    public boolean isEncrypted() {
        return scheme().equals("https");
    }

    /** Of a plain one: only literal addresses and {@code localhost} count, so that no name server is asked. */
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

    /** For a message: whatever stands before an at-sign may be a password. */
    public String shown() {
        return text.indexOf('@') < 0 ? text : "(it holds a name or password)";
    }

    private String scheme() {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }
}
