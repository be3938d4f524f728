package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.project.CommandText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The results of the data tests of one run. Thread-safe. */
public final class DataTestResults {
    private final List<DataTestResult> results = new ArrayList<>();
    private final List<String> leftOut;

    /** {@code leftOut} are the names of the skipped tests, which read models that are not up to date. */
    public DataTestResults(List<String> leftOut) {
        this.leftOut = List.copyOf(leftOut);
    }

    /** Records the one row that the SQL of a test returned. */
    public synchronized void add(DataTest test, Map<String, Object> row) {
        if (row.get("failures") instanceof Number failures
                && row.get("should_warn") instanceof Boolean warn
                && row.get("should_error") instanceof Boolean error) {
            results.add(DataTestResult.of(test, failures.longValue(), warn, error));
        } else {
            throw ProjectError.in(
                    test.file(),
                    "the test " + test.name() + " counts nothing: its fail_calc, warn_if or error_if gives no value.");
        }
    }

    /** All results so far, in the order of {@link #add}. */
    public synchronized List<DataTestResult> all() {
        return List.copyOf(results);
    }

    /** The names of the skipped tests. */
    public List<String> leftOut() {
        return leftOut;
    }

    /** The results with this verdict, in the order of {@link #add}. */
    public List<DataTestResult> with(Verdict verdict) {
        return all().stream().filter(result -> result.verdict() == verdict).toList();
    }

    /** The step that drops the stored rows of passed tests, and their schema if {@code all} tests were run and passed. */
    SqlStep dropEmptyTables(boolean all) {
        String sql = with(Verdict.PASS).stream()
                .map(result -> result.test().dropping())
                .filter(dropping -> !dropping.isEmpty())
                .collect(Collectors.joining("\n"));
        if (all && with(Verdict.PASS).size() == all().size()) {
            sql += "\ndrop schema if exists " + SqlText.identifier(DataTest.AUDIT_SCHEMA) + " cascade;";
        }
        return new SqlStep("drop the tables of passed tests", DbtProject.FILE, sql.isEmpty() ? "select 1" : sql);
    }

    /**
     * The failure that ends the run, with each failed test, its count and its table; empty if no test failed.
     *
     * @param database the file that the tests ran in, as the user finds it
     * @param consequence appended to the message: a blank and a sentence, or nothing
     */
    public Optional<PipelineException> failure(Path database, String consequence) {
        List<DataTestResult> errors = with(Verdict.ERROR);
        if (errors.isEmpty()) {
            return Optional.empty();
        }
        String cause = errors.stream().map(DataTestResults::worded).collect(Collectors.joining(", "));
        return Optional.of(new SystemError(
                ExitCode.DATA_TEST_FAILED,
                (errors.size() == 1 ? "A data test failed: " : errors.size() + " data tests failed: ") + cause + "."
                        + consequence,
                nextStep(errors, database)));
    }

    private static String worded(DataTestResult result) {
        String place = result.test().keepsRows() ? " in " + result.test().table() : ", not kept";
        return String.format(
                Locale.ROOT,
                "%s (%d %s%s)",
                result.test().name(),
                result.failures(),
                result.failures() == 1 ? "row" : "rows",
                place);
    }

    private static String nextStep(List<DataTestResult> errors, Path database) {
        return errors.stream()
                .filter(result -> result.test().keepsRows())
                .findFirst()
                .map(result -> "Look at the rows with DBT_DUCKDB_PATH=" + CommandText.literal(database.toString()) + " "
                        + CommandText.of("show", result.test().table()) + " and run again.")
                .orElse("Set store_failures: true to keep the rows that fail, and run again.");
    }
}
