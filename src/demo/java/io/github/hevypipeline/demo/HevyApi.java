package io.github.hevypipeline.demo;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The read side of the Hevy API over one account: which paths there are, what they refuse and how they respond.
 *
 * <p>Thread-safe. Where the real API's behaviour is known it is the same; where a client must bear either of two, it
 * is the less convenient one.
 */
final class HevyApi {
    private static final String WORKOUT = "/v1/workouts/";
    private static final String EPOCH = "1970-01-01T00:00:00Z";

    private final Account account;
    private final String apiKey;
    private final int pageCountWhenEmpty;

    HevyApi(Account account, String apiKey, int pageCountWhenEmpty) {
        this.account = account;
        this.apiKey = apiKey;
        this.pageCountWhenEmpty = pageCountWhenEmpty;
    }

    SimulatedResponse respond(Request request) {
        if (!request.header("api-key").orElse("").equals(apiKey)) {
            return SimulatedResponse.error(401, "Unauthorized");
        }
        for (Listing listing : Listing.values()) {
            if (request.path().equals("/v1/" + listing.key())) {
                return get(request, read -> list(read, listing));
            }
        }
        return switch (request.path()) {
            case "/v1/workouts/count" -> get(request, read -> workoutCount());
            case "/v1/workouts/events" -> get(request, this::events);
            case "/v1/user/info" -> get(request, read -> userInfo());
            default ->
                request.path().startsWith(WORKOUT)
                        ? get(request, this::workout)
                        : SimulatedResponse.error(404, "Not found");
        };
    }

    private static SimulatedResponse get(Request request, Function<Request, SimulatedResponse> response) {
        return request.method().equals("GET")
                ? response.apply(request)
                : SimulatedResponse.error(405, "Method not allowed").withHeader("Allow", "GET");
    }

    private SimulatedResponse workoutCount() {
        return SimulatedResponse.json(
                200, Json.bytes(Json.object().put("workout_count", account.count(Listing.WORKOUTS))));
    }

    private SimulatedResponse userInfo() {
        return SimulatedResponse.json(200, Json.bytes(Json.object().set("data", account.user())));
    }

    private SimulatedResponse workout(Request request) {
        return account.find(request.path().substring(WORKOUT.length()))
                .map(workout -> SimulatedResponse.json(200, workout.bytes()))
                .orElseGet(() -> SimulatedResponse.error(404, "Workout not found"));
    }

    private SimulatedResponse list(Request request, Listing listing) {
        return page(
                request,
                listing.key(),
                listing.defaultPageSize(),
                listing.maximumPageSize(),
                account.list(listing),
                Item::bytes);
    }

    private SimulatedResponse events(Request request) {
        Instant since;
        try {
            // A plus sign that a client left unencoded arrives as a blank.
            String text = request.parameter("since").orElse(EPOCH).replace(' ', '+');
            since = OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return SimulatedResponse.error(400, "Invalid since");
        }
        return page(
                request,
                "events",
                Listing.WORKOUTS.defaultPageSize(),
                Listing.WORKOUTS.maximumPageSize(),
                account.eventsSince(since),
                Account.Event::bytes);
    }

    private <T> SimulatedResponse page(
            Request request,
            String key,
            int defaultPageSize,
            int maximumPageSize,
            List<T> elements,
            Function<T, byte[]> bytes) {
        OptionalInt page = positive(request, "page", 1);
        if (page.isEmpty()) {
            return SimulatedResponse.error(400, "Invalid page: must be a whole number from 1");
        }
        OptionalInt pageSize = positive(request, "pageSize", defaultPageSize);
        if (pageSize.isEmpty() || pageSize.getAsInt() > maximumPageSize) {
            return SimulatedResponse.error(400, "Invalid page size: must be from 1 to " + maximumPageSize);
        }
        int number = page.getAsInt();
        int size = pageSize.getAsInt();
        int pageCount = (elements.size() + size - 1) / size;
        if (number > Math.max(pageCount, 1)) {
            return SimulatedResponse.error(404, "Page not found");
        }
        List<byte[]> parts = new ArrayList<>(size);
        for (T element : elements.subList((number - 1) * size, Math.min(number * size, elements.size()))) {
            parts.add(bytes.apply(element));
        }
        String head = String.format(
                Locale.ROOT,
                "{\"page\":%d,\"page_count\":%d,\"%s\":[",
                number,
                elements.isEmpty() ? pageCountWhenEmpty : pageCount,
                key);
        return SimulatedResponse.json(200, Bytes.of(head, parts, "]}"));
    }

    /** Empty when the parameter is there but is not a whole number from 1. */
    private static OptionalInt positive(Request request, String name, int otherwise) {
        String text = request.parameter(name).orElse(Integer.toString(otherwise));
        return text.matches("[1-9][0-9]{0,8}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
    }
}
