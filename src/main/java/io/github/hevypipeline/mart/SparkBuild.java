package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectSnapshot;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.Target;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * Builds and tests the marts of all accounts on Spark. The routes run the SQL; this decides which.
 *
 * <p>Used by one driver at a time. Only the buckets of accounts that were merged since the last complete build are rebuilt,
 * each replaced as a whole; after a change of the project all are. A build that breaks off is repeated from the same state.
 */
public final class SparkBuild {
    private static final String SCHEMA = "hevy";
    private static final String MARTS = SCHEMA + "_marts";
    private static final String RECORD = MARTS + "._build";
    /** One statement for several tests saves most of what planning and starting them costs. */
    private static final int TESTS_A_STEP = 8;

    private final String timezone;
    private final String location;
    private final Supplier<ProjectSnapshot> projectFiles;

    /** Null until {@link #plan}. */
    private Plan planned;

    /**
     * Reads nothing yet.
     *
     * @param timezone decides the calendar day of a workout
     * @param location the folder or URI of all Delta tables
     */
    public SparkBuild(String timezone, String location) {
        this(timezone, location, () -> ProjectSnapshot.find(timezone));
    }

    SparkBuild(String timezone, String location, Supplier<ProjectSnapshot> projectFiles) {
        this.timezone = timezone;
        this.location = location.replaceAll("/+$", "");
        this.projectFiles = projectFiles;
    }

    /**
     * What one build does. Immutable.
     *
     * @param project compiled for the buckets and versions of this build
     * @param steps build the models, in order
     * @param fingerprint of the project's files and settings
     * @param mergedAt the newest merge that this build has seen, as text
     * @param buckets those that are rebuilt; empty for all
     */
    private record Plan(
            DbtProject project, List<SqlStep> steps, String fingerprint, String mergedAt, List<Integer> buckets) {}

    /**
     * What has changed since the last complete build, and the versions of the raw tables that the next one reads.
     *
     * <p>Not thread-safe.
     */
    public static final class Changes {
        private final Map<String, Object> row;
        private final boolean isEmpty;
        private final Map<String, Long> versions = new HashMap<>();

        private Changes(Map<String, Object> row, boolean isEmpty) {
            this.row = row;
            this.isEmpty = isEmpty;
        }

        /** Whether the marts are up to date. */
        public boolean isEmpty() {
            return isEmpty;
        }
    }

    /** The steps that come first: Spark's catalog may have forgotten the schemas and the record of builds. */
    public List<SqlStep> prepareSteps() {
        return List.of(
                new SqlStep("schema " + MARTS, "", "create schema if not exists " + MARTS),
                new SqlStep(
                        "record of builds",
                        "",
                        "create table if not exists " + RECORD
                                + " (project string, merged_at timestamp) using delta location '"
                                + (location + "/" + MARTS + "/_build").replace("'", "\\'") + "'"));
    }

    /** The step that finds what has changed since the last complete build; its row is for {@link #plan}. */
    public SqlStep changesStep() {
        return new SqlStep("changed accounts", "", String.format(Locale.ROOT, """
                select
                    max(last.project) as project,
                    cast(max(accounts.merged_at) as string) as merged_at,
                    array_join(array_sort(collect_set(case
                        when last.merged_at is null or accounts.merged_at > last.merged_at then accounts.bucket
                    end)), ',') as buckets
                from hevy_raw._accounts as accounts
                left join (select max(project) as project, max(merged_at) as merged_at from %s) as last on true
                """, RECORD));
    }

    /** Reads the row of {@link #changesStep}. Without any account there is nothing to build. */
    public Changes changes(@Body List<Map<String, Object>> rows) {
        Map<String, Object> row = rows.get(0);
        boolean isUpToDate = text(row, "buckets").isEmpty() && fingerprint().equals(row.get("project"));
        return new Changes(row, isUpToDate || row.get("merged_at") == null);
    }

    private String fingerprint() {
        return projectFiles.get().fingerprint("", "");
    }

    /** Takes the row of one of {@link #versionSteps}. */
    public void note(
            @Variable("changes") Changes changes,
            @Variable("step") SqlStep step,
            @Body List<Map<String, Object>> rows) {
        changes.versions.put(step.name(), ((Number) rows.get(0).get("version")).longValue());
    }

    /** Plans the build of what has changed. */
    public void planChanged(@Variable("changes") Changes changes) {
        plan(changes.row, changes.versions);
    }

    /** The steps that note the versions of the raw tables; each returns a row with its {@code version}. */
    public List<SqlStep> versionSteps() {
        return project(Map.of(), false).sources().stream()
                .map(SourceTable::relation)
                .map(table -> new SqlStep(table.name(), "", "describe history " + table + " limit 1"))
                .toList();
    }

    /**
     * Plans a build.
     *
     * @param changes the row of {@link #changesStep}
     * @param versions the version of each raw table, by its name; a table without one is read as it is
     * @return whether there is something to build
     */
    public boolean plan(Map<String, Object> changes, Map<String, Long> versions) {
        String fingerprint = fingerprint();
        String found = text(changes, "buckets");
        boolean isIncremental = fingerprint.equals(changes.get("project"));
        List<Integer> buckets = found.isEmpty()
                ? List.of()
                : Arrays.stream(found.split(",", -1)).map(Integer::valueOf).toList();
        if (isIncremental && buckets.isEmpty()) {
            planned = null;
            return false;
        }
        Map<String, Object> variables = new HashMap<>();
        versions.forEach((table, version) -> variables.put("version_of_" + table, version));
        if (isIncremental) {
            variables.put("changed_buckets", buckets);
        }
        DbtProject project = project(variables, isIncremental);
        planned = new Plan(
                project,
                steps(project, isIncremental),
                fingerprint,
                text(changes, "merged_at"),
                isIncremental ? buckets : List.of());
        return true;
    }

    private static String text(Map<String, Object> row, String column) {
        return row.get(column) == null ? "" : row.get(column).toString();
    }

    private DbtProject project(Map<String, Object> variables, boolean isIncremental) {
        return projectFiles.get().compile(new Target("spark", "spark", SCHEMA, location, isIncremental), variables);
    }

    /** The tables of an incremental build exist, but Spark may not know them; its seeds are as they were. */
    private static List<SqlStep> steps(DbtProject project, boolean isIncremental) {
        if (!isIncremental) {
            return project.modelSteps();
        }
        Set<String> seeds = project.models().stream()
                .filter(model -> model.materialization().equals(Model.SEED))
                .map(Model::name)
                .collect(Collectors.toSet());
        Map<Boolean, List<SqlStep>> bySchema = project.modelSteps().stream()
                .filter(step -> !seeds.contains(step.name()))
                .collect(Collectors.partitioningBy(step -> step.file().equals(DbtProject.FILE)));
        List<SqlStep> steps = new ArrayList<>(bySchema.get(true));
        steps.addAll(project.registrationSteps());
        steps.addAll(bySchema.get(false));
        return steps;
    }

    /** The steps that build the planned models, in order. */
    public List<SqlStep> modelSteps() {
        return planned.steps();
    }

    /** The steps that run the data tests, several in each. Each row is for {@link #addResults}. */
    public List<SqlStep> testSteps() {
        List<DataTest> tests = planned.project().dataTests();
        List<SqlStep> steps = new ArrayList<>();
        for (int from = 0; from < tests.size(); from += TESTS_A_STEP) {
            List<DataTest> several = tests.subList(from, Math.min(from + TESTS_A_STEP, tests.size()));
            steps.add(new SqlStep(
                    "data tests " + (from + 1) + " to " + (from + several.size()) + " of " + tests.size(),
                    several.stream().map(DataTest::file).distinct().collect(Collectors.joining(", ")),
                    several.stream()
                            .map(test -> "select '" + test.name() + "' as test, counted.* from (\n" + test.sql()
                                    + "\n) as counted")
                            .collect(Collectors.joining("\nunion all\n"))));
        }
        return steps;
    }

    /** Begins to collect test results. */
    public DataTestResults newResults() {
        return new DataTestResults(List.of());
    }

    /** Records the rows of one of {@link #testSteps}. */
    public void addResults(@Variable("results") DataTestResults results, @Body List<Map<String, Object>> rows) {
        Map<String, DataTest> tests =
                planned.project().dataTests().stream().collect(Collectors.toMap(DataTest::name, Function.identity()));
        rows.forEach(row -> results.add(tests.get(text(row, "test")), row));
    }

    /**
     * The step that records a complete build. Run last, so that a build that broke off is repeated.
     *
     * @throws SystemError if a test of severity error failed; the next build tests its buckets again
     */
    public SqlStep recordStep(@Variable("results") DataTestResults results) {
        List<DataTestResult> errors = results.with(Verdict.ERROR);
        if (!errors.isEmpty()) {
            throw new SystemError(
                    ExitCode.DATA_TEST_FAILED,
                    errors.size() + " of " + results.all().size() + " data tests failed on Spark: "
                            + errors.stream()
                                    .map(error -> String.format(
                                            Locale.ROOT, "%s (%d)", error.test().name(), error.failures()))
                                    .collect(Collectors.joining(", "))
                            + ".",
                    "Run the select of the test on Spark to see the rows; dbt compile writes it.");
        }
        return new SqlStep(
                "record of builds",
                "",
                "insert overwrite " + RECORD + " select '" + planned.fingerprint() + "', timestamp'"
                        + planned.mergedAt() + "'");
    }

    /** What the planned build builds, for people. */
    public String describe() {
        return planned.project().models().size() + " models, "
                + (planned.buckets().isEmpty()
                        ? "all accounts"
                        : planned.buckets().size() + " buckets");
    }

    /** The marts that other programs read, with the columns {@code account_id} and {@code bucket}. */
    public List<Relation> marts() {
        DbtProject project = project(Map.of(), false);
        return project.models().stream()
                .filter(Model::published)
                .map(Model::relation)
                .toList();
    }

    @Override
    public String toString() {
        return "the marts below " + location + ", days in " + timezone;
    }
}
