package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.Severity;
import io.github.hevypipeline.dbt.Verdict;
import java.util.Objects;

/**
 * How one data test ended. Immutable.
 *
 * @param test never null
 * @param failures what it counted, by default rows; 0 if it passed
 * @param verdict never null
 */
public record DataTestResult(DataTest test, long failures, Verdict verdict) {
    /** Only what has not passed has failures. */
    public DataTestResult {
        Objects.requireNonNull(test);
        Objects.requireNonNull(verdict);
        failures = verdict == Verdict.PASS ? 0 : failures;
    }

    /** As dbt decides: a test of severity error may still warn, one of severity warn can do no more. */
    static DataTestResult of(DataTest test, long failures, boolean shouldWarn, boolean shouldError) {
        Verdict milder = shouldWarn ? Verdict.WARN : Verdict.PASS;
        return new DataTestResult(
                test, failures, test.severity() == Severity.ERROR && shouldError ? Verdict.ERROR : milder);
    }
}
