package io.github.hevypipeline.report;

import java.time.Duration;

/**
 * The progress of fetching one list. Immutable.
 *
 * @param list its name
 * @param page the number of stored pages, those of an interrupted run included
 * @param pages the number of pages in the list, as known so far
 * @param arrived the number of pages fetched in {@code elapsed}
 * @param rows the number of staged rows in all tables
 * @param bytes the size of the responses
 */
public record FetchProgress(String list, int page, int pages, int arrived, long rows, long bytes, Duration elapsed) {
    private static final Duration TOO_SHORT = Duration.ofMillis(500);
    private static final long MIN_BYTES = 50_000;
    private static final double BYTES_A_MEGABYTE = 1e6;
    private static final double NANOS_A_SECOND = 1e9;

    /** Formats it, such as {@code workouts: page 320 of 1000, 76032 rows landed, 11.6 MB, 160 pages/s, 4 s left}. */
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
