package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.FreshnessResult;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Collects how fresh the raw tables are.
 *
 * <p>Thread-safe. Belongs to one run: a new run takes a new one.
 */
public final class FreshnessResults {
    private final List<FreshnessResult> results = new ArrayList<>();

    /** Records the row that the step of {@code check} has returned. */
    public synchronized void add(FreshnessCheck check, Map<String, Object> row) {
        results.add(check.result(row));
    }

    /** All results so far, in the order they came. */
    public synchronized List<FreshnessResult> all() {
        return List.copyOf(results);
    }

    /** The failure that ends the run, naming each table that is too old; empty when none is. */
    public Optional<PipelineException> failure() {
        String old = all().stream()
                .filter(result -> result.verdict() == Verdict.ERROR)
                .map(FreshnessResult::source)
                .collect(Collectors.joining(", "));
        return old.isEmpty()
                ? Optional.empty()
                : Optional.of(new SystemError(
                        ExitCode.DATA_TEST_FAILED,
                        "What was loaded is older than error_after allows: " + old + ".",
                        "Run the pipeline, or raise the limit in transform/models/sources.yml."));
    }
}
