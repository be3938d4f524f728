package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The results of the freshness checks of one run. Thread-safe. */
public final class FreshnessResults {
    private final List<FreshnessCheck.Result> results = new ArrayList<>();

    /** Records the row that {@link SourceFreshness#step} returned. */
    public synchronized void add(FreshnessCheck check, Map<String, Object> row) {
        results.add(check.result(row));
    }

    /** All results so far, in the order of {@link #add}. */
    public synchronized List<FreshnessCheck.Result> all() {
        return List.copyOf(results);
    }

    /** The failure that ends the run, with each table that exceeds {@code error_after}; empty if none does. */
    public Optional<PipelineException> failure() {
        String old = all().stream()
                .filter(result -> result.verdict() == Verdict.ERROR)
                .map(FreshnessCheck.Result::source)
                .collect(Collectors.joining(", "));
        return old.isEmpty()
                ? Optional.empty()
                : Optional.of(new SystemError(
                        ExitCode.DATA_TEST_FAILED,
                        "The newest rows are older than error_after allows: " + old + ".",
                        "Run the pipeline, or raise the limit in transform/models/sources.yml."));
    }
}
