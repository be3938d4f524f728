package io.github.hevypipeline.transform;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Collects how the data tests of one run ended.
 *
 * <p>Thread-safe. Belongs to one run: a new run takes a new one.
 */
public final class DataTestResults {
    private final List<DataTestResult> results = new ArrayList<>();

    /** Records that {@code test} returned {@code failures} rows. */
    public synchronized void add(DataTest test, long failures) {
        results.add(new DataTestResult(test, failures));
    }

    /** All results so far, in the order they came. */
    public synchronized List<DataTestResult> all() {
        return List.copyOf(results);
    }

    /** The failed tests of one severity, in the order they came. */
    public List<DataTestResult> failed(Severity severity) {
        return all().stream()
                .filter(result -> !result.passed() && result.test().severity() == severity)
                .toList();
    }

    /** Whether a test of severity {@code ERROR} failed. */
    public boolean anyErrorFailed() {
        return !failed(Severity.ERROR).isEmpty();
    }

    /** The step that drops the tables of the tests that passed; empty when none passed. */
    public Optional<SqlStep> dropEmptyTables() {
        List<DataTest> passed = all().stream()
                .filter(DataTestResult::passed)
                .map(DataTestResult::test)
                .toList();
        if (passed.isEmpty()) {
            return Optional.empty();
        }
        String sql = passed.stream()
                .map(test -> "drop table if exists " + new Relation(DataTestFactory.AUDIT_SCHEMA, test.name()).quoted()
                        + ";")
                .collect(Collectors.joining("\n"));
        if (passed.size() == all().size()) {
            sql += "\ndrop schema if exists " + SqlText.identifier(DataTestFactory.AUDIT_SCHEMA) + ";";
        }
        return Optional.of(
                new SqlStep("drop the tables of passed tests", passed.get(0).file(), sql));
    }

    /** The failure that ends the run, naming each failed test, its count and its table; empty when none did. */
    public Optional<PipelineException> failure() {
        List<DataTestResult> errors = failed(Severity.ERROR);
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        String cause = errors.stream()
                .map(result -> "%s (%d %s in %s)"
                        .formatted(
                                result.test().name(),
                                result.failures(),
                                result.failures() == 1 ? "row" : "rows",
                                result.test().table()))
                .collect(Collectors.joining(", "));
        return Optional.of(new SystemError(
                ExitCode.DATA_TEST_FAILED,
                (errors.size() == 1 ? "A data test failed: " : errors.size() + " data tests failed: ") + cause + ".",
                "Nothing was published. Look at the failing rows in the tables named, then run again."));
    }
}
