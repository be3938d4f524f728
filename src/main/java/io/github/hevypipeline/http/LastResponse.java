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
 * The headers of the last response that a client has received, which the routes never see.
 *
 * <p>Thread-safe; before the first response there are none.
 */
public final class LastResponse implements HttpResponseInterceptor {
    private static final Pattern LIMIT = Pattern.compile("(x-)?rate-?limit.*|retry-after");

    private volatile HttpResponse last;

    public LastResponse() {}

    @Override
    public void process(HttpResponse response, EntityDetails entity, HttpContext context) {
        last = response;
    }

    /** The server's time, in whole seconds, if it tells. */
    public Optional<Instant> date() {
        return Optional.ofNullable(last)
                .map(response -> response.getFirstHeader("Date"))
                .map(date -> DateUtils.parseDate(date.getValue(), DateUtils.FORMATTER_RFC1123));
    }

    /** What it says of its limits, as {@code name: value}. */
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
