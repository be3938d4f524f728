package io.github.hevypipeline.report;

import java.time.Duration;

/**
 * How far the fetching of one list is. Immutable.
 *
 * @param list what is fetched
 * @param page how many pages are here, those of an earlier run too
 * @param pages how many there are, as far as is known
 * @param arrived how many have come since the beginning of {@code elapsed}
 * @param rows how many rows were made of them so far, in all tables
 * @param bytes how large the responses were
 */
public record FetchProgress(String list, int page, int pages, int arrived, long rows, long bytes, Duration elapsed) {
    private static final Duration TOO_SHORT = Duration.ofMillis(500);
    private static final long MIN_BYTES = 50_000;
    private static final double BYTES_A_MEGABYTE = 1e6;
    private static final double NANOS_A_SECOND = 1e9;

    /** Such as {@code workouts: page 320 of 1000, 76032 rows landed, 11.6 MB, 160 pages/s, 4 s left}. */
    public String text() {
        StringBuilder text = new StringBuilder(list)
                .append(": page ")
                .append(page)
                .append(" of ")
                .append(pages);
        if (rows > 0) {
            text.append(", ").append(rows).append(" rows landed");
        }
        if (bytes >= MIN_BYTES) {
            text.append(", ").append(tenths(bytes / BYTES_A_MEGABYTE)).append(" MB");
        }
        if (arrived > 0 && elapsed.compareTo(TOO_SHORT) >= 0) {
            double rate = arrived * NANOS_A_SECOND / elapsed.toNanos();
            text.append(", ").append(tenths(rate)).append(" pages/s");
            if (page < pages) {
                Duration left = Duration.ofMillis(Math.round((pages - page) * 1000 / rate));
                text.append(", ")
                        .append(left.toSeconds() < 1 ? "1 s" : WordedDuration.of(left))
                        .append(" left");
            }
        }
        return text.toString();
    }

    private static String tenths(double value) {
        return Double.toString(Math.round(value * 10) / 10.0);
    }
}
