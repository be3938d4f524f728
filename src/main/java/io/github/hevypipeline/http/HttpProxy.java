package io.github.hevypipeline.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The HTTP proxy on the way to a server: one rule for Hevy and S3.
 *
 * <p>Immutable. The Java properties {@code https.proxyHost}, {@code https.proxyPort} and {@code http.nonProxyHosts} come
 * first, then {@code HTTPS_PROXY} and {@code NO_PROXY} in upper or lower case; for a server without TLS the same with
 * {@code http}. Requests to this machine use no proxy.
 *
 * <p>{@code settings} returns an empty string for a setting that is not set.
 *
 * @param address such as {@code http://proxy.example.org:3128}, without a name and password
 * @param user empty if the proxy wants none
 * @param password never shown
 * @param source the setting or property that names it
 */
public record HttpProxy(URI address, String user, String password, String source) {
    private static final List<String> VARIABLES = List.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy");
    private static final String NO_PROXY = "NO_PROXY";
    private static final Pattern ENTRY =
            Pattern.compile("(?:\\*?\\.)?(?<name>\\*|\\[[^]]*]|[^:*]+)(?::(?<port>\\d+))?");
    private static final int STANDARD_PORT = 80;
    private static final int LAST_PORT = 65_535;

    /** The proxy for an address, if there is a usable one. */
    public static Optional<HttpProxy> to(String address, UnaryOperator<String> settings, Properties java) {
        return named(address, settings, java).flatMap(HttpProxy::parse);
    }

    /** The error in the proxy setting for an address, if there is one. */
    public static Optional<String> problem(String address, UnaryOperator<String> settings, Properties java) {
        return named(address, settings, java)
                .filter(named -> parse(named).isEmpty())
                .map(named -> named.source()
                        + " is not the address of an HTTP proxy such as http://proxy.example.org:3128. Correct it, or name"
                        + " " + URI.create(address).getHost() + " in NO_PROXY.");
    }

    /** The passwords of proxies among some settings. */
    public static List<String> passwords(Map<String, String> settings) {
        return VARIABLES.stream()
                .flatMap(name -> Stream.ofNullable(settings.get(name)))
                .flatMap(text -> parse(new Named("", text)).stream())
                .map(HttpProxy::password)
                .toList();
    }

    /**
     * Parses the result of {@link #uri}.
     *
     * @throws IllegalArgumentException if it is not a proxy
     */
    public static HttpProxy of(String uri) {
        return parse(new Named("", uri)).orElseThrow(() -> new IllegalArgumentException("not a proxy"));
    }

    /** The proxy as a URL, which may contain a password. */
    public String uri() {
        return user.isEmpty()
                ? address.toString()
                : "http://" + encoded(user) + ":" + encoded(password) + "@" + address.getAuthority();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The proxy for a message, without the password. */
    public String shown() {
        return address.getAuthority() + (source.isEmpty() ? "" : " (" + source + ")");
    }

    @Override
    public String toString() {
        return shown();
    }

    /** The address of S3 that decides about the proxy. */
    public static String s3(UnaryOperator<String> settings) {
        return settings.apply("S3_ENDPOINT_URL").isEmpty()
                ? "https://s3." + settings.apply("AWS_DEFAULT_REGION") + ".amazonaws.com"
                : settings.apply("S3_ENDPOINT_URL");
    }

    /** The address of a proxy as set, and the setting. */
    private record Named(String source, String text) {}

    private static Optional<Named> named(String address, UnaryOperator<String> settings, Properties java) {
        if (!new ServerAddress(address).isPlain() || new ServerAddress(address).isLoopback()) {
            return Optional.empty();
        }
        URI server = URI.create(address);
        String scheme = server.getScheme().toLowerCase(Locale.ROOT);
        String host = java.getProperty(scheme + ".proxyHost", "").strip();
        if (!host.isEmpty()) {
            String port = java.getProperty(scheme + ".proxyPort", scheme.equals("https") ? "443" : "80");
            return entries(java.getProperty("http.nonProxyHosts", ""), "\\|")
                            .anyMatch(pattern -> isLike(pattern, server.getHost()))
                    ? Optional.empty()
                    : Optional.of(new Named("-D" + scheme + ".proxyHost", host + ":" + port.strip()));
        }
        String variable = scheme.toUpperCase(Locale.ROOT) + "_PROXY";
        if (entries(either(NO_PROXY, settings), "[,\\s]+").anyMatch(entry -> isWithin(entry, server))) {
            return Optional.empty();
        }
        String text = either(variable, settings);
        return text.isEmpty() ? Optional.empty() : Optional.of(new Named(variable, text));
    }

    private static String either(String variable, UnaryOperator<String> settings) {
        String value = settings.apply(variable);
        return value.isEmpty() ? settings.apply(variable.toLowerCase(Locale.ROOT)) : value;
    }

    private static Stream<String> entries(String list, String divider) {
        return Arrays.stream(list.toLowerCase(Locale.ROOT).split(divider))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty());
    }

    /** The syntax of Java: a star matches any text. */
    private static boolean isLike(String pattern, String host) {
        String regex =
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return host.toLowerCase(Locale.ROOT).matches(regex);
    }

    /** The syntax of curl: a name matches itself and its subdomains, at any port or the given one; a star matches all. */
    private static boolean isWithin(String entry, URI server) {
        Matcher named = ENTRY.matcher(entry);
        if (!named.matches()) {
            return false;
        }
        int standard = server.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        int port = server.getPort() < 0 ? standard : server.getPort();
        String host = server.getHost().toLowerCase(Locale.ROOT);
        String name = named.group("name");
        return (named.group("port") == null || named.group("port").equals(Integer.toString(port)))
                && (name.equals("*") || host.equals(name) || host.endsWith("." + name));
    }

    /** The scheme defaults to HTTP; empty for another scheme, or if it is no address. */
    private static Optional<HttpProxy> parse(Named named) {
        try {
            URI uri = new URI(named.text().contains("://") ? named.text() : "http://" + named.text());
            boolean usable = "http".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getPort() <= LAST_PORT
                    && (uri.getPath() == null
                            || uri.getPath().isEmpty()
                            || uri.getPath().equals("/"))
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
            if (!usable) {
                return Optional.empty();
            }
            String[] login = uri.getRawUserInfo() == null
                    ? new String[0]
                    : uri.getRawUserInfo().split(":", 2);
            int port = uri.getPort() < 0 ? STANDARD_PORT : uri.getPort();
            return Optional.of(new HttpProxy(
                    new URI("http", null, uri.getHost(), port, null, null, null),
                    login.length > 0 ? decoded(login[0]) : "",
                    login.length > 1 ? decoded(login[1]) : "",
                    named.source()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
