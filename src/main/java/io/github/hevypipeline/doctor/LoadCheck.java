package io.github.hevypipeline.doctor;

import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.report.WordedDuration;
import io.github.hevypipeline.settings.Settings;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;

/**
 * Checks the newest commit in the bucket and the DuckDB file. Either may not exist yet.
 *
 * <p>Not thread-safe; made for one command.
 */
public final class LoadCheck {
    private static final String LOAD = "last load";
    private static final String DATABASE = "DuckDB file";

    private final Diagnostics checklist;
    private final Path database;

    LoadCheck(Diagnostics checklist, Settings settings) {
        this.checklist = checklist;
        this.database = Path.of(settings.get("DBT_DUCKDB_PATH")).toAbsolutePath();
    }

    /** Prints the newest commit. */
    public void committed(CamelContext camel, @Variable("committed") Snapshot newest) {
        if (newest.sequence() == 0) {
            checklist.open(LOAD, "none yet: the first run loads everything");
            return;
        }
        Clock clock = camel.getRegistry().lookupByNameAndType(ClockCheck.CLOCK, Clock.class);
        Instant began = Instant.ofEpochMilli(
                new BigDecimal(newest.loadId()).movePointRight(3).longValue());
        Duration age = Duration.between(began, clock.instant());
        checklist.green(
                LOAD,
                String.format(
                        Locale.ROOT,
                        "%s, %s ago: %,d workouts, %,d sets",
                        newest.loadId(),
                        WordedDuration.of(age.isNegative() ? Duration.ZERO : age),
                        newest.manifest().rows("workouts"),
                        newest.manifest().rows("workouts__exercises__sets")));
    }

    /** The newest commit cannot be read. */
    public void unreadable(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        checklist.red(LOAD, checklist.outcome(failure));
    }

    /** The bucket was not usable. */
    public void skipped() {
        checklist.open(LOAD, "not checked, for the reason above");
    }

    /** Whether there is a DuckDB file. */
    public boolean isBuilt() {
        return Files.exists(database);
    }

    /** Prints the content of the DuckDB file. */
    public void opened(@Body List<Map<String, Object>> tables) {
        checklist.green(
                DATABASE,
                String.format(
                        Locale.ROOT,
                        "%s opens: %d tables and views, %,d MB",
                        database.getFileName(),
                        tables.size(),
                        database.toFile().length() >> 20));
    }

    /** The DuckDB file cannot be opened. */
    public void broken(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        checklist.red(DATABASE, checklist.outcome(failure));
    }

    /** There is no DuckDB file. */
    public void notBuilt() {
        checklist.open(DATABASE, "not there yet: the first run makes it");
    }
}
