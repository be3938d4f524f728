package io.github.hevypipeline.demo;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * Chance that repeats itself: the same seed and the same facts give the same throws, on every Java.
 *
 * <p>Not thread-safe; made where it is used and thrown away.
 */
final class Dice {
    // java.util.Random because its sequence is part of its specification; that of SplittableRandom is not.
    private final Random random;

    private Dice(long seed) {
        this.random = new Random(seed);
    }

    /** Dice for one purpose, such as one workout; throws for one purpose never shift those for another. */
    static Dice of(long seed, String purpose, long... facts) {
        long mixed = mix(seed ^ purpose.hashCode());
        for (long fact : facts) {
            mixed = mix(mixed ^ fact);
        }
        return new Dice(mixed);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A whole number from {@code least} to {@code most}, both possible. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    double fraction() {
        return random.nextDouble();
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A random (version 4) uuid in lower case. */
    String uuid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
        return new UUID(high, low).toString();
    }

    /** The id of a built-in exercise: eight hexadecimal digits in upper case. */
    String shortId() {
        return String.format(Locale.ROOT, "%08X", random.nextInt());
    }

    /** The finaliser of SplitMix64: neighbouring inputs get unrelated outputs. */
    private static long mix(long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
