package io.github.hevypipeline.faults;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A LIST as other S3 servers give it, made from the true one: in another order, cut into pages, with an object left out,
 * or the same page for ever.
 *
 * <p>Owned by one test; a proxy's threads take turns.
 */
final class OddListing implements Function<FaultProxy.Request, Mishap> {
    private static final Pattern OBJECT = Pattern.compile("<Contents>.*?</Contents>", Pattern.DOTALL);
    private static final Pattern TOKEN = Pattern.compile("continuation-token=([^&]*)");

    private final int pageSize;
    private final UnaryOperator<List<String>> change;
    private final boolean endless;
    private final List<String> asked = new ArrayList<>();
    private List<String> objects = List.of();

    private OddListing(int pageSize, UnaryOperator<List<String>> change, boolean endless) {
        this.pageSize = pageSize;
        this.change = change;
        this.endless = endless;
    }

    /** Backwards, in pages of this size. */
    static OddListing backwards(int pageSize) {
        return new OddListing(
                pageSize,
                objects -> {
                    List<String> reversed = new ArrayList<>(objects);
                    Collections.reverse(reversed);
                    return reversed;
                },
                false);
    }

    /** As it is, but for the objects whose keys end so. */
    static OddListing without(String ending) {
        return new OddListing(
                1_000,
                objects -> objects.stream()
                        .filter(object -> !object.contains(ending + "</Key>"))
                        .toList(),
                false);
    }

    /** The first page again and again, whatever is asked for; each time with another token. */
    static OddListing endless() {
        return new OddListing(1_000, UnaryOperator.identity(), true);
    }

    static boolean isList(FaultProxy.Request request) {
        return request.method().equals("GET")
                && Arrays.asList(request.query().split("&")).contains("list-type=2");
    }

    /** The tokens that were sent, in their order; an empty one for each listing that was begun. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public synchronized Mishap apply(FaultProxy.Request request) {
        if (!isList(request)) {
            return Mishap.NONE;
        }
        String token = TOKEN.matcher(request.query())
                .results()
                .map(found -> URLDecoder.decode(found.group(1), StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
        asked.add(token);
        return token.isEmpty()
                ? Mishap.rewrite(this::firstPage)
                : Mishap.body(page(endless ? 0 : Integer.parseInt(token.substring("after ".length()))));
    }

    private synchronized String firstPage(String truth) {
        objects = change.apply(
                OBJECT.matcher(truth).results().map(MatchResult::group).toList());
        return page(0);
    }

    private String page(int from) {
        int to = Math.min(objects.size(), from + pageSize);
        boolean more = endless || to < objects.size();
        String next = "after " + (endless ? asked.size() : to);
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><IsTruncated>" + more + "</IsTruncated>"
                + (more ? "<NextContinuationToken>" + next + "</NextContinuationToken>" : "")
                + "<EncodingType>url</EncodingType>" + String.join("", objects.subList(from, to))
                + "</ListBucketResult>";
    }
}
