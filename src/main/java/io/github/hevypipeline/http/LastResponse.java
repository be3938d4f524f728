package io.github.hevypipeline.http;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpResponseInterceptor;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Keeps the headers of the last response of an HTTP client, which the routes clear.
 *
 * <p>Thread-safe. Empty before the first response.
 */
public final class LastResponse implements HttpResponseInterceptor {
    private static final Pattern LIMIT = Pattern.compile("(x-)?rate-?limit.*|retry-after");

    private volatile HttpResponse last;

    public LastResponse() {}

    @Override
    public void process(HttpResponse response, EntityDetails entity, HttpContext context) {
        last = response;
    }

    /** The header {@code Date}, in whole seconds. */
    public Optional<Instant> date() {
        return Optional.ofNullable(last)
                .map(response -> response.getFirstHeader("Date"))
                .map(date -> DateUtils.parseDate(date.getValue(), DateUtils.FORMATTER_RFC1123));
    }

    /** The rate limit headers, as {@code name: value}. */
    public List<String> limits() {
        HttpResponse response = last;
        return response == null
                ? List.of()
                : Arrays.stream(response.getHeaders())
                        .filter(header -> LIMIT.matcher(header.getName().toLowerCase(Locale.ROOT))
                                .matches())
                        .map(header -> header.getName() + ": " + header.getValue())
                        .toList();
    }
}
