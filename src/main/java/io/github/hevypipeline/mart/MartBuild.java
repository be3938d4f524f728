package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.BuildScope;
import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectSnapshot;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;

/**
 * Builds, tests and publishes the marts. The routes run the SQL; this decides which and on which file.
 *
 * <p>Used by one run at a time. The project is read when a run begins and compiled when it is first needed; an edit
 * counts from the next run on. A build goes to a side file, which replaces the published one in {@link #publish}, so a
 * reader never sees half a build.
 */
public final class MartBuild {
    /** Contains the time of the build, so only its presence counts. */
    private static final String REPORT = "report/index.html";

    private final MartDatabase database;
    private final BuildFingerprint lastBuild;
    private final PublicationRecord lastPublication;
    /** The size of each object of this publication by its path; -1 if it does not count. */
    private final Map<String, Long> published = new TreeMap<>();

    private final Supplier<ProjectSnapshot> projectFiles;
    private final String select;
    private final String exclude;

    /** Null before the first run. */
    private ProjectSnapshot snapshot;

    /** Of the project and the selection. */
    private String fingerprint;

    /** Null until it is compiled. */
    private DbtProject whole;

    private DbtProject selected;

    /** Null before a build, and if everything is up to date. */
    private BuildScope scope;

    /**
     * Reads and opens nothing yet.
     *
     * @param published the path of the DuckDB file
     * @param timezone decides the calendar day of a workout
     * @param workFolder keeps the records of builds and publications
     * @param select blank to select everything
     * @param exclude blank to exclude nothing
     */
    public MartBuild(
            DuckDbDataSource dataSource,
            String published,
            String timezone,
            String workFolder,
            String select,
            String exclude) {
        this(
                dataSource,
                new MartFiles(Path.of(published)),
                Path.of(workFolder),
                () -> ProjectSnapshot.find(timezone),
                select,
                exclude);
    }

    MartBuild(
            DuckDbDataSource dataSource,
            MartFiles files,
            Path workFolder,
            Supplier<ProjectSnapshot> projectFiles,
            String select,
            String exclude) {
        this.database = new MartDatabase(dataSource, files);
        String name = "built-" + Integer.toHexString(files.published().hashCode());
        this.lastBuild = new BuildFingerprint(workFolder.resolve(name + ".txt"), files.published());
        this.lastPublication = new PublicationRecord(workFolder.resolve(name + "-published.txt"));
        this.projectFiles = projectFiles;
        this.select = select;
        this.exclude = exclude;
    }

    /**
     * Reads the project, and compiles it unless it is unchanged since the last build. Called first, so that a broken model
     * costs no request.
     *
     * @throws ConfigError naming the file and the mistake, or if no model is published or selected
     */
    public void requireProject() throws IOException {
        readProject();
        if (!lastBuild.knows(fingerprint)) {
            whole().publishedModels();
            if (selected().modelSteps().isEmpty()) {
                throw nothingSelected("model to be built");
            }
        }
    }

    private void readProject() {
        ProjectSnapshot found = projectFiles.get();
        String foundFingerprint = found.fingerprint(select, exclude);
        if (!foundFingerprint.equals(fingerprint)) {
            snapshot = found;
            fingerprint = foundFingerprint;
            whole = null;
            selected = null;
        }
    }

    private String fingerprint() {
        if (snapshot == null) {
            readProject();
        }
        return fingerprint;
    }

    /** The project without a selection. */
    private DbtProject whole() {
        if (whole == null) {
            if (snapshot == null) {
                readProject();
            }
            whole = snapshot.compile();
        }
        return whole;
    }

    /** The selected part of the project. */
    private DbtProject selected() {
        if (selected == null) {
            selected = whole().only(select, exclude);
        }
        return selected;
    }

    boolean isCompiled() {
        return whole != null;
    }

    private static ConfigError nothingSelected(String what) {
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "PIPELINE_SELECT and PIPELINE_EXCLUDE leave no " + what + ".",
                "Select a model, such as +daily_exercises; validate tests the published file.");
    }

    /**
     * Whether a selected model must be built: not built yet from this load, or the project, the program or the DuckDB
     * file has changed since.
     */
    public boolean isStale(String loadId) throws IOException {
        if (lastBuild.isUpToDate(loadId, fingerprint())) {
            scope = null;
            return false;
        }
        Set<String> before = lastBuild.upToDate(loadId, whole().contentHash());
        scope = selected().scope(before);
        return !before.containsAll(scope.models()) || !before.containsAll(scope.upToDate());
    }

    /**
     * Checks that the DuckDB file can be put in its place.
     *
     * @throws SystemError if it cannot
     */
    public void requireTarget() {
        database.files().requireTarget();
    }

    /**
     * Whether an object of the last publication is missing on S3 or was changed there, or was published elsewhere.
     *
     * @param place the URI that it must be at
     * @param listed the size and ETag of each object there, by path
     * @param isReportWanted whether the report counts
     */
    public boolean isPublicationStale(
            @Variable("place") String place, @Body Map<String, String> listed, boolean isReportWanted)
            throws IOException {
        return !lastPublication.agreesWith(place, listed, isReportWanted ? "" : REPORT);
    }

    /** Whether every model of the project is up to date, so that the report can show all of them. */
    public boolean isWholeProjectUpToDate() throws IOException {
        return scope == null ? lastBuild.isComplete() : whole().areAllModels(scope.upToDate());
    }

    /** Records the load that the published file was made from, and what was published where. */
    public void recordBuild(String loadId, @Variable("place") String place, @Variable("reportDue") boolean withReport)
            throws IOException {
        if (withReport) {
            published.put(REPORT, -1L);
        }
        lastPublication.record(place, published);
        lastBuild.record(
                loadId,
                whole().contentHash(),
                scope.upToDate().containsAll(scope.models()) ? fingerprint() : null,
                isWholeProjectUpToDate(),
                scope.upToDate());
    }

    /**
     * Opens the side file, empty or, for a partial build, as a copy of the published file. Removes what an earlier build
     * left there.
     *
     * @throws ConfigError if another program has it open, which may be another build
     */
    public void openSideFile(String loadId, Map<String, List<Path>> parquet) throws IOException {
        scope = selected().scope(lastBuild.upToDate(loadId, whole().contentHash()));
        database.requireSideFree();
        deleteUnpublished();
        if (isPartialBuild()) {
            database.copyToSide();
        }
        database.openSide(size(parquet));
    }

    /** Whether only a selection is built, in a copy of the published file. */
    public boolean isPartialBuild() {
        return !selected().isWhole() && isPublished();
    }

    /** The step that drops from a copy the relations to be rebuilt; {@code listed} are the rows of {@link #relationListing}. */
    public SqlStep dropStep(@Body List<Map<String, Object>> listed) {
        return Relations.of(listed).drop(selected());
    }

    private static long size(Map<String, List<Path>> parquet) throws IOException {
        long bytes = 0;
        for (List<Path> ofTable : parquet.values()) {
            for (Path file : ofTable) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /**
     * Opens the published file.
     *
     * @throws ConfigError if there is none yet
     */
    public void openPublished() throws IOException {
        database.openPublished();
    }

    /** As {@link #openPublished}, but read-only: other programs may read the file meanwhile. */
    public void openToRead() throws IOException {
        database.openToRead();
    }

    /** Whether there is a published file. */
    public boolean isPublished() {
        return database.isPublished();
    }

    /**
     * Opens the published file to run the selected tests on it. With a selection, tests of models that were not up to date
     * when the file was published are skipped.
     *
     * @throws ConfigError if there is no published file, or no test is selected
     */
    public void openToValidate() throws IOException {
        if (selected().dataTests().isEmpty()) {
            throw nothingSelected("data test to be run");
        }
        database.openPublished();
        Set<String> recorded = lastBuild.recorded();
        boolean isAll = recorded == null || selected().isWhole();
        scope = selected().testScope(isAll ? whole().scope(Set.of()).upToDate() : recorded);
    }

    /** The step that lists the tables and views of the open file. */
    public SqlStep relationListing() {
        return Relations.listing();
    }

    /** The steps that load the raw tables from these Parquet files. */
    public List<SqlStep> sourceSteps(@Variable("files") Map<String, List<Path>> parquet) {
        return RawTables.steps(whole(), parquet);
    }

    /** The steps that build the selected models, in dependency order. */
    public List<SqlStep> modelSteps() {
        return selected().modelSteps();
    }

    /** The step that lists the columns of the open file. */
    public SqlStep columnListing() {
        return Comments.listing();
    }

    /** The step that stores the descriptions in the open file; {@code columns} are the rows of {@link #columnListing}. */
    public SqlStep commentStep(@Body List<Map<String, Object>> columns) {
        return Comments.step(selected(), columns);
    }

    /** The data tests to run. */
    public List<DataTest> dataTests() {
        return selected().dataTests().stream()
                .filter(test -> scope.tests().contains(test.id()))
                .toList();
    }

    /** Begins to collect test results. */
    public DataTestResults newResults() {
        return new DataTestResults(scope.leftOut());
    }

    /** Records the result of a data test. */
    public void addResult(
            @Variable("results") DataTestResults results,
            @Variable("test") DataTest test,
            @Body List<Map<String, Object>> rows) {
        results.add(test, rows.get(0));
    }

    /** The step that drops the stored rows of passed tests. */
    public SqlStep dropEmptyTables(@Variable("results") DataTestResults results) {
        return results.dropEmptyTables(selected().isWhole());
    }

    /** Throws if an error-severity test failed. The failing rows stay in the tested file. */
    public void requirePassed(@Variable("results") DataTestResults results) {
        MartFiles files = database.files();
        boolean isPublished = database.isPublishedOpen();
        results.failure(isPublished ? files.published() : files.side(), isPublished ? "" : " Nothing was published.")
                .ifPresent(failure -> {
                    database.close();
                    throw failure;
                });
    }

    /** A model to publish on S3, and the local file that it is exported to. */
    public record Export(String table, String fileName, File file) {}

    /** The selected models to publish on S3. */
    public List<Export> exports() {
        return selected().publishedModels().stream()
                .map(model -> new Export(
                        model,
                        model + ".parquet",
                        database.files().export(model).toFile()))
                .toList();
    }

    /** The steps that export them. */
    public List<SqlStep> exportSteps() {
        return exports().stream()
                .map(export -> new SqlStep(
                        "export " + export.table(),
                        "",
                        "copy (" + whole().select(export.table()) + ") to "
                                + SqlText.literal(export.file().toString())
                                + " (format parquet, compression zstd)"))
                .toList();
    }

    /** The step that writes the metadata of the build into the side file. */
    public SqlStep metadataStep(String loadId, @Variable("results") DataTestResults results) {
        return new BuildMetadata(loadId, selected(), results).step();
    }

    /**
     * The steps that query the data of the report, one for each analysis. Each returns one row: {@code name} is the
     * analysis, {@code json} an object with a list of values for each column; a column without rows is null.
     */
    public List<SqlStep> reportSteps() {
        return whole().analyses().stream()
                .map(analysis -> new SqlStep(
                        analysis.name(),
                        analysis.file(),
                        "select " + SqlText.literal(analysis.name())
                                + " as name, cast(to_json(found) as varchar) as json"
                                + " from (select list(columns(*)) from (" + analysis.sql() + "\n)) as found"))
                .toList();
    }

    /** Replaces the published file with the side file. */
    public void publish() throws IOException {
        published.clear();
        for (Export export : exports()) {
            published.put(
                    export.table() + "/" + export.fileName(), export.file().length());
        }
        try {
            database.close();
        } catch (PipelineException e) {
            deleteUnpublished();
            throw e;
        }
        database.files().publishSide(selected().publishedModels());
    }

    /** Removes what a failed publication left beside the published file. */
    public void discardUnpublished() throws IOException, SQLException {
        if (database.files().isSideThere()) {
            database.abandon();
        }
        deleteUnpublished();
    }

    List<FreshnessCheck> freshnessChecks() {
        return whole().freshnessChecks();
    }

    /** Names the selection in log lines. */
    public String selection() {
        return select.isBlank() && exclude.isBlank() ? "the marts" : "the selected models";
    }

    /** Summarizes a publication for the log. */
    public String published(@Variable("results") DataTestResults results) {
        String tests = " (" + results.with(Verdict.PASS).size() + " tests passed)";
        if (selected().isWhole()) {
            return "published " + selected().publishedModels().size() + " marts" + tests;
        }
        return "published "
                + selected().selectedModels().stream().map(Model::name).collect(Collectors.joining(", "))
                + tests + "; the other models are unchanged";
    }

    /** Throws the failure of a step, with the model or test and its file. After a disk error, the build is deleted. */
    public void fail(CamelContext camel, @Variable("step") SqlStep step, @ExchangeException SQLException failure)
            throws IOException, SQLException {
        PipelineException named = SqlFailure.isCancelled(failure)
                ? SqlFailure.cancelled(step, camel.isStopping(), failure)
                : SqlFailure.of(whole(), step, failure);
        if (named.exitCode() == ExitCode.LOCAL_DISK) {
            database.abandon();
            deleteUnpublished();
        }
        throw named;
    }

    private void deleteUnpublished() throws IOException {
        database.files().deleteUnpublished(whole().publishedModels());
    }
}
