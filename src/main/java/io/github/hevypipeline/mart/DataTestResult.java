package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.Verdict;
import java.util.Objects;

/**
 * The result of one data test. Immutable.
 *
 * @param failures the number that it counted, by default of rows; 0 if it passed
 */
public record DataTestResult(DataTest test, long failures, Verdict verdict) {
    public DataTestResult {
        Objects.requireNonNull(test);
        Objects.requireNonNull(verdict);
        failures = verdict == Verdict.PASS ? 0 : failures;
    }

    /** Decides as dbt does: a test of severity error may still warn. */
    static DataTestResult of(DataTest test, long failures, boolean shouldWarn, boolean shouldError) {
        Verdict milder = shouldWarn ? Verdict.WARN : Verdict.PASS;
        return new DataTestResult(
                test, failures, test.severity() == Verdict.ERROR && shouldError ? Verdict.ERROR : milder);
    }
}
