package io.github.hevypipeline.extract;

import java.time.Duration;
import java.util.StringJoiner;

/** A length of time as people read it, such as {@code 1 h 30 min}: its two largest units. */
final class WordedDuration {
    private WordedDuration() {}

    static String of(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + " ms";
        }
        StringJoiner words = new StringJoiner(" ");
        long[] amounts = {
            duration.toDaysPart(), duration.toHoursPart(), duration.toMinutesPart(), duration.toSecondsPart()
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
