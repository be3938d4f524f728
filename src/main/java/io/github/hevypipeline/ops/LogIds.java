package io.github.hevypipeline.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.slf4j.MDC;
import org.slf4j.Marker;

/**
 * Puts the ids of the run and its load into the MDC of each thread that logs.
 *
 * <p>Thread-safe. Some lines come from threads that no route has started, such as those of the AWS SDK, so the
 * {@link RunIds} are set when a thread logs.
 */
public final class LogIds extends TurboFilter {
    /** Camel's id of the run's exchange. */
    public static final String RUN = "run";
    /** The id of the load, as in {@code _dlt_load_id}. */
    public static final String LOAD = "load";

    @Override
    public FilterReply decide(
            Marker marker, Logger logger, Level level, String format, Object[] params, Throwable thrown) {
        if (level.isGreaterOrEqual(logger.getEffectiveLevel())) {
            put(RUN, RunIds.run());
            put(LOAD, RunIds.load());
        }
        return FilterReply.NEUTRAL;
    }

    private static void put(String key, String value) {
        if (value == null) {
            MDC.remove(key);
        } else {
            MDC.put(key, value);
        }
    }
}
