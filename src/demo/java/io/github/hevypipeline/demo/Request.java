package io.github.hevypipeline.demo;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One request as the simulated API received it. Immutable.
 *
 * @param number counts the requests of a server from 1
 * @param path without the query, still encoded
 * @param query what follows the question mark, still encoded, or the empty string
 * @param headers by lower-case name
 */
public record Request(int number, String method, String path, String query, Map<String, String> headers) {
    public Request {
        headers = Map.copyOf(headers);
    }

    /** The decoded value of a query parameter, the first if it is given twice. */
    public Optional<String> parameter(String name) {
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals >= 0 && pair.substring(0, equals).equals(name)) {
                return Optional.of(decoded(pair.substring(equals + 1)));
            }
        }
        return Optional.empty();
    }

    /** The value of a header, its name in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return value;
        }
    }
}
