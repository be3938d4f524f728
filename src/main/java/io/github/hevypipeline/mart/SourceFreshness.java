package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.SqlStep;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** Checks how fresh the raw tables are, as {@code dbt source freshness} does. The routes run the SQL. Thread-safe. */
public final class SourceFreshness {
    private final MartBuild mart;

    public SourceFreshness(MartBuild mart) {
        this.mart = mart;
    }

    /** One check for each raw table that has limits. */
    public List<FreshnessCheck> checks() {
        return mart.freshnessChecks();
    }

    /** The step that finds the newest row of a raw table: {@code loaded_at} as text in UTC, {@code age} in seconds. */
    public static SqlStep step(@Variable("check") FreshnessCheck check) {
        String sql = "select strftime(loaded at time zone 'UTC', '%Y-%m-%d %H:%M:%S') as loaded_at,"
                + " epoch(current_timestamp) - epoch(loaded) as age from (select cast((" + check.newest()
                + "\n) as timestamp with time zone) as loaded)";
        return new SqlStep("freshness of " + check.source(), check.file(), sql);
    }

    /** Begins to collect results. */
    public FreshnessResults newResults() {
        return new FreshnessResults();
    }

    /** Records the result of a check. */
    public void addResult(
            @Variable("freshness") FreshnessResults results,
            @Variable("check") FreshnessCheck check,
            @Body List<Map<String, Object>> rows) {
        results.add(check, rows.get(0));
    }

    /** Throws if a table is older than its {@code error_after}. */
    public void requireFresh(@Variable("freshness") FreshnessResults results) {
        results.failure().ifPresent(failure -> {
            throw failure;
        });
    }
}
