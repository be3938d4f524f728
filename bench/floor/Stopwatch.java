package floor;

import java.util.Locale;
import java.util.StringJoiner;

/** Seconds that each stage took. Not thread-safe. */
final class Stopwatch {
    private final StringJoiner laps = new StringJoiner(", ");
    private long last = System.nanoTime();

    void lap(String stage) {
        long now = System.nanoTime();
        laps.add(String.format(Locale.ROOT, "%s %.2f s", stage, (now - last) / 1e9));
        last = now;
    }

    @Override
    public String toString() {
        return laps.toString();
    }
}
