package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.FreshnessCheck;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/** How fresh the raw tables are, as the routes see it: they run the SQL. Thread-safe. */
public final class SourceFreshness {
    private final MartBuild mart;

    /** {@code mart} has the project. */
    public SourceFreshness(MartBuild mart) {
        this.mart = mart;
    }

    /** What is asked, a raw table each. */
    public List<FreshnessCheck> checks() {
        return mart.freshnessChecks();
    }

    /** Begins to collect the answers. */
    public FreshnessResults newResults() {
        return new FreshnessResults();
    }

    /** Notes an answer. */
    public void note(
            @Variable("freshness") FreshnessResults results,
            @Variable("check") FreshnessCheck check,
            @Body List<Map<String, Object>> rows) {
        results.add(check, rows.get(0));
    }

    /** Ends the run if a table is older than its limit for errors. */
    public void requireFresh(@Variable("freshness") FreshnessResults results) {
        results.failure().ifPresent(failure -> {
            throw failure;
        });
    }
}
