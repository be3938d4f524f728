package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.BuildScope;
import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectSnapshot;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.SqlText;
import io.github.hevypipeline.dbt.internal.Jinja;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;

/**
 * One build of the dbt project as the routes see it: they run the SQL, this says which and where.
 *
 * <p>Used by one run at a time. A build goes to a side file beside the published one, which it replaces only by
 * {@link #publish}; so whoever reads the published file never sees half a build.
 */
public final class MartBuild {
    /** Its content has the time of the build, so only its presence counts. */
    private static final String REPORT = "report/index.html";

    private final MartDatabase database;
    private final BuildFingerprint marker;
    private final PublicationRecord publication;
    private final Map<String, Long> published = new TreeMap<>();
    private final CurrentProject project;
    /** Of what is under way; null before, and if all is up to date. */
    private BuildScope scope;

    /**
     * {@code published} is the DuckDB file; {@code timezone} the zone whose calendar day is a workout's date;
     * {@code workFolder} is where it is noted what the file was made from; {@code select} and {@code exclude} say what
     * of the project is built and tested, if they are not blank.
     */
    public MartBuild(
            DuckDbDataSource warehouse,
            String published,
            String timezone,
            String workFolder,
            String select,
            String exclude) {
        this(
                warehouse,
                new MartFiles(Path.of(published)),
                Path.of(workFolder),
                new CurrentProject(() -> ProjectSnapshot.find(timezone), select, exclude));
    }

    MartBuild(DuckDbDataSource warehouse, MartFiles files, Path workFolder, CurrentProject project) {
        this.database = new MartDatabase(warehouse, files);
        String name = "built-" + Integer.toHexString(files.published().hashCode());
        this.marker = new BuildFingerprint(workFolder.resolve(name + ".txt"), files.published());
        this.publication = new PublicationRecord(workFolder.resolve(name + "-published.txt"));
        this.project = project;
    }

    /**
     * Requires that the project, as it is now, can be compiled: before anything else, so that nothing is done in vain if
     * it has a mistake. One that has been built just as it is has none, so most runs need not compile it at all.
     *
     * @throws ConfigError naming the file and the mistake, or what is wrong with the selection
     */
    public void requireProject() throws IOException {
        project.read();
        if (!marker.knows(project.fingerprint())) {
            project.requireModels();
        }
    }

    /**
     * Whether what is chosen is in the published file not as this project makes it of a load: another load, other models
     * or settings, another program, a file that was changed since, or models that were left out till now.
     */
    public boolean isStale(String loadId) throws IOException {
        if (marker.isUpToDate(loadId, project.fingerprint())) {
            scope = null;
            return false;
        }
        Set<String> before = marker.upToDate(loadId, project.whole().contentHash());
        scope = project.chosen().scope(before);
        return !before.containsAll(scope.models()) || !before.containsAll(scope.upToDate());
    }

    /**
     * Requires that the DuckDB file can be put in its place.
     *
     * @throws SystemError if it cannot
     */
    public void requireTarget() {
        database.files().requireTarget();
    }

    /**
     * Whether something that was published is not on S3 any more, or was published elsewhere.
     *
     * @param place where it has to be
     * @param listed what is there: size and ETag by path
     * @param isReportWanted whether the report counts
     */
    public boolean isUnpublished(
            @Variable("place") String place, @Body Map<String, String> listed, boolean isReportWanted)
            throws IOException {
        return !publication.agreesWith(place, listed, isReportWanted ? "" : REPORT);
    }

    /** Whether every model of the project is up to date, so that the report can show all of them. */
    public boolean isComplete() throws IOException {
        return scope == null ? marker.isComplete() : project.whole().areAllModels(scope.upToDate());
    }

    /** Notes which load the published file was made from, and what of it was put where on S3. */
    public void noteBuilt(String loadId, @Variable("place") String place, @Variable("reportDue") boolean withReport)
            throws IOException {
        if (withReport) {
            published.put(REPORT, -1L);
        }
        publication.note(place, published);
        marker.note(
                loadId,
                project.whole().contentHash(),
                scope.upToDate().containsAll(scope.models()) ? project.fingerprint() : null,
                isComplete(),
                scope.upToDate());
    }

    /**
     * Opens a side file; what an earlier build has left there is removed. It is empty, or a copy of the published file
     * if only a part of the project is built, so that the other models stay.
     *
     * @throws ConfigError if another program has it open: it may be a build of its own, which would be published in half
     */
    public void openNew(String loadId, Map<String, List<Path>> parquet) throws IOException {
        scope = project.chosen().scope(marker.upToDate(loadId, project.whole().contentHash()));
        database.requireSideFree();
        deleteUnpublished();
        if (isCopy()) {
            database.copyToSide();
        }
        database.openSide(size(parquet));
    }

    /** Whether the side file begins as a copy of the published one, of which a part is built anew. */
    public boolean isCopy() {
        return !project.chosen().isWhole() && isPublished();
    }

    /** The step that drops from a copy what is built anew; {@code there} is what {@link #listing} has found. */
    public SqlStep clearing(@Body List<Map<String, Object>> there) {
        return project.chosen().clearing(Relations.of(there));
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
     * @throws ConfigError if nothing was published yet
     */
    public void openPublished() throws IOException {
        database.openPublished();
    }

    /** As {@link #openPublished}, but nothing can be changed, and others may read it meanwhile. */
    public void openToRead() throws IOException {
        database.openToRead();
    }

    /** Whether there is a published file. */
    public boolean isPublished() {
        return database.isPublished();
    }

    /**
     * Opens the published file to run the chosen tests on it. With a selection, those are left out that read a model
     * which was not up to date when the file was published.
     *
     * @throws ConfigError if nothing was published yet, or no test is chosen
     */
    public void openToValidate() throws IOException {
        project.requireTests();
        database.openPublished();
        Set<String> noted = marker.noted();
        boolean isAll = noted == null || project.chosen().isWhole();
        scope = project.chosen()
                .testScope(isAll ? project.whole().scope(Set.of()).upToDate() : noted);
    }

    /** The step that lists what is in the open file, as {@link Relations} wants it. */
    public SqlStep listing() {
        return Relations.listing();
    }

    /** The steps that make the raw tables from these Parquet files. */
    public List<SqlStep> sourceSteps(@Variable("files") Map<String, List<Path>> parquet) {
        return project.whole().sourceSteps(parquet);
    }

    /** The steps that make the models, in dependency order. */
    public List<SqlStep> modelSteps() {
        return project.chosen().modelSteps();
    }

    /** The step that lists the columns in the open file, as {@link #commentStep} wants them. */
    public SqlStep columnListing() {
        return Comments.listing();
    }

    /** The step that describes what is built in the open file itself, in the words of the yml files. */
    public SqlStep commentStep(@Body List<Map<String, Object>> columns) {
        return project.chosen().describe(columns);
    }

    /** The data tests. */
    public List<DataTest> dataTests() {
        return project.chosen().dataTests().stream()
                .filter(test -> scope.tests().contains(test.id()))
                .toList();
    }

    /** Begins to collect test results. */
    public DataTestResults newResults() {
        return new DataTestResults(scope.leftOut());
    }

    /** Notes what a test has returned. */
    public void note(
            @Variable("results") DataTestResults results,
            @Variable("test") DataTest test,
            @Body List<Map<String, Object>> rows) {
        results.add(test, rows.get(0));
    }

    /** The step that tidies up after the tests that have passed. */
    public SqlStep dropEmptyTables(@Variable("results") DataTestResults results) {
        return results.dropEmptyTables(project.chosen().isWhole());
    }

    /** Ends the run if a test has failed so that it is an error; the failing rows stay in the file that was tested. */
    public void requirePassed(@Variable("results") DataTestResults results) {
        MartFiles files = database.files();
        boolean isPublished = database.isPublishedOpen();
        results.failure(isPublished ? files.published() : files.side(), isPublished ? "" : " Nothing was published.")
                .ifPresent(failure -> {
                    database.close();
                    throw failure;
                });
    }

    /** A table that goes to S3, and the local file it is exported to. */
    public record Export(String table, String fileName, File file) {}

    /** What is published on S3: the models that the project says are. */
    public List<Export> exports() {
        return project.chosen().publishedModels().stream()
                .map(model -> new Export(
                        model,
                        model + ".parquet",
                        database.files().export(model).toFile()))
                .toList();
    }

    /** The steps that write the exports. */
    public List<SqlStep> exportSteps() {
        return exports().stream()
                .map(export -> new SqlStep(
                        "export " + export.table(),
                        "",
                        "copy (" + project.whole().select(export.table()) + ") to "
                                + SqlText.literal(export.file().toString())
                                + " (format parquet, compression zstd)"))
                .toList();
    }

    /** The step that notes the build in the side file. */
    public SqlStep noteStep(String loadId, @Variable("results") DataTestResults results) {
        return project.chosen().noteBuild(loadId, results);
    }

    /** The steps that ask for what the report shows. */
    public List<SqlStep> reportSteps() {
        return project.whole().analyses();
    }

    /** Puts the side file in the place of the published one. */
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
        database.files().publishSide(project.chosen().publishedModels());
    }

    /** Removes what a publication that has failed has left beside the published file; after a good one there is nothing. */
    public void discardUnpublished() throws IOException, SQLException {
        if (database.files().isSideThere()) {
            database.abandon();
        }
        deleteUnpublished();
    }

    List<FreshnessCheck> freshnessChecks() {
        return project.whole().freshnessChecks();
    }

    /** The template of the project that is being rendered now; empty if none is. */
    public static Optional<String> rendering() {
        return Jinja.underWay();
    }

    /** What a line of the log says is up to date. */
    public String whatIsBuilt() {
        return project.isAllWanted() ? "daily_exercises is" : "what is selected is";
    }

    /** What a line of the log says has been published. */
    public String done() {
        if (project.chosen().isWhole()) {
            return "daily_exercises and the other marts are built, tested and in their place";
        }
        return "built, tested and in place: "
                + project.chosen().chosenModels().stream().map(Model::name).collect(Collectors.joining(", "))
                + "; what is not selected is as it was";
    }

    /** Says which model or test has failed, and in which file; a build that the disk has refused makes room again. */
    public void fail(CamelContext camel, @Variable("step") SqlStep step, @ExchangeException SQLException failure)
            throws IOException, SQLException {
        PipelineException named = SqlFailure.isCancelled(failure)
                ? SqlFailure.cancelled(step, camel.isStopping(), failure)
                : project.whole().failure(step, failure);
        if (named.exitCode() == ExitCode.LOCAL_DISK) {
            database.abandon();
            deleteUnpublished();
        }
        throw named;
    }

    private void deleteUnpublished() throws IOException {
        database.files().deleteUnpublished(project.whole().publishedModels());
    }
}
