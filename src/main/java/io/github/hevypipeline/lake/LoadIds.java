package io.github.hevypipeline.lake;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;

/** Makes load ids as dlt does: unix seconds as decimal text, but growing even when the clock goes back. */
public final class LoadIds {
    private static final BigDecimal SMALLEST_STEP = new BigDecimal("0.0000001");
    private static final int NANOS_PER_STEP = 100;

    private LoadIds() {}

    /** An id for a load that begins now; {@code last} is the newest committed one, or null. */
    public static String next(Instant now, String last) {
        String id = String.format(Locale.ROOT, "%d.%07d", now.getEpochSecond(), now.getNano() / NANOS_PER_STEP);
        return isAfter(id, last) ? id : new BigDecimal(last).add(SMALLEST_STEP).toPlainString();
    }

    /** Whether an id is of a later load than another, which may be null for none. */
    public static boolean isAfter(String id, String other) {
        return other == null || new BigDecimal(id).compareTo(new BigDecimal(other)) > 0;
    }
}
