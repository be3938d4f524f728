package io.github.hevypipeline.report;

import java.time.Duration;
import java.util.StringJoiner;

/** Formats a duration with its two largest units, such as {@code 1 h 30 min}. */
public final class WordedDuration {
    private WordedDuration() {}

    /** At least {@code 0 ms}. */
    public static String of(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + " ms";
        }
        Duration rounded = duration.plusMillis(500);
        StringJoiner words = new StringJoiner(" ");
        long[] amounts = {rounded.toDaysPart(), rounded.toHoursPart(), rounded.toMinutesPart(), rounded.toSecondsPart()
        };
        String[] units = {" d", " h", " min", " s"};
        int largest = 0;
        while (largest < units.length && amounts[largest] == 0) {
            largest++;
        }
        for (int i = largest; i < Math.min(largest + 2, units.length); i++) {
            if (amounts[i] > 0) {
                words.add(amounts[i] + units[i]);
            }
        }
        return words.toString();
    }
}
