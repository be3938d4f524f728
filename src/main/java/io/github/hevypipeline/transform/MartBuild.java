package io.github.hevypipeline.transform;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.project.ProjectFolder;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;

/**
 * One build of the dbt project as the routes see it: they run the SQL, this says which and where.
 *
 * <p>Used by one run at a time. A build goes to a side file beside the published one, which it replaces only by
 * {@link #publish}; so whoever reads the published file never sees half a build.
 */
public final class MartBuild {
    private static final String SIDE_FILE = ".next";
    private static final int DATABASE_BYTES_A_PARQUET_BYTE = 3;

    /** What Java may hold while DuckDB works; below it a collection would cost more than it gives. */
    private static final long UNNOTICED_HEAP_BYTES = 80L << 20;

    private final Warehouse warehouse;
    private final Path published;
    private final Path marker;
    private final Map<String, String> environment;
    private DbtProject project;

    /**
     * {@code published} is the DuckDB file; {@code timezone} the zone whose calendar day is a workout's date;
     * {@code workFolder} is where it is noted what the file was made from.
     */
    public MartBuild(Warehouse warehouse, String published, String timezone, String workFolder) {
        this.warehouse = warehouse;
        this.published = Path.of(published).toAbsolutePath();
        this.marker = Path.of(workFolder, "built-" + Integer.toHexString(this.published.hashCode()) + ".txt");
        this.environment = Map.of("PIPELINE_TIMEZONE", timezone);
    }

    /**
     * Compiles the project, once: before anything else, so that nothing is done in vain if it has a mistake.
     *
     * @throws ConfigError naming the file and the mistake
     */
    public void requireProject() {
        project().publishedModels();
    }

    private DbtProject project() {
        if (project == null) {
            project = DbtProject.load(
                    ProjectFolder.find("transform", "dbt_project.yml").path(), environment);
        }
        return project;
    }

    /**
     * Whether the published file is not what this project makes of a load: another load, other models or settings,
     * another program, or a file that was changed since.
     */
    public boolean isStale(String loadId) throws IOException {
        return !Files.exists(marker)
                || !Files.exists(published)
                || !Files.readString(marker).equals(mark(loadId));
    }

    /** Notes which load the published file was made from. */
    public void noteBuilt(String loadId) throws IOException {
        Files.createDirectories(marker.getParent());
        Files.writeString(marker, mark(loadId));
    }

    private String mark(String loadId) throws IOException {
        return String.join(
                "\n",
                loadId,
                project().contentHash(),
                String.valueOf(MartBuild.class.getPackage().getImplementationVersion()),
                Long.toString(Files.size(published)),
                Files.getLastModifiedTime(published).toString());
    }

    /**
     * Opens an empty side file; what an earlier build has left there is removed.
     *
     * @throws ConfigError if another program has it open: it may be a build of its own, which would be published in half
     */
    public void openNew(@Variable("files") Map<String, List<Path>> files) throws IOException {
        Files.createDirectories(published.getParent());
        if (Files.exists(sideFile())) {
            warehouse.requireFree(sideFile());
        }
        deleteUnpublished();
        giveMemoryBack();
        warehouse.open(sideFile(), size(files));
    }

    /** What loading has used is given to DuckDB, which takes memory of its own, so that both fit a small machine. */
    private static void giveMemoryBack() {
        if (Runtime.getRuntime().totalMemory() > UNNOTICED_HEAP_BYTES) {
            System.gc();
        }
    }

    private static long size(Map<String, List<Path>> files) throws IOException {
        long bytes = 0;
        for (List<Path> ofTable : files.values()) {
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
        requirePublished();
        warehouse.open(published, Files.size(published) / DATABASE_BYTES_A_PARQUET_BYTE);
    }

    /** As {@link #openPublished}, but nothing can be changed, and others may read it meanwhile. */
    public void openToRead() throws IOException {
        requirePublished();
        warehouse.openToRead(published, Files.size(published) / DATABASE_BYTES_A_PARQUET_BYTE);
    }

    /** Whether there is a published file. */
    public boolean isPublished() {
        return Files.exists(published);
    }

    private void requirePublished() {
        if (!Files.exists(published)) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "There is no DuckDB file " + published + " yet.",
                    "Run the pipeline once, or set DBT_DUCKDB_PATH to the file that it wrote.");
        }
        warehouse.close();
    }

    /** The step that lists what is in the open file, as {@link Relations} wants it. */
    public SqlStep listing() {
        return Relations.listing();
    }

    /** The steps that make the raw tables from these Parquet files. */
    public List<SqlStep> sourceSteps(@Variable("files") Map<String, List<Path>> files) {
        return project().sourceSteps(files);
    }

    /** The steps that make the models, in dependency order. */
    public List<SqlStep> modelSteps() {
        return project().modelSteps();
    }

    /** The step that lists the columns in the open file, as {@link #commentStep} wants them. */
    public SqlStep columnListing() {
        return Comments.listing();
    }

    /** The step that describes tables and columns in the open file itself, in the words of the yml files. */
    public SqlStep commentStep(@Body List<Map<String, Object>> columns) {
        return project().describe(columns);
    }

    /** The data tests. */
    public List<DataTest> dataTests() {
        return project().dataTests();
    }

    /** Begins to collect test results. */
    public DataTestResults newResults() {
        return new DataTestResults();
    }

    /** Notes what a test has returned. */
    public void note(
            @Variable("results") DataTestResults results,
            @Variable("test") DataTest test,
            @Body List<Map<String, Object>> rows) {
        results.add(test, ((Number) rows.get(0).get("failures")).longValue());
    }

    /** The step that tidies up after the tests that have passed. */
    public SqlStep dropEmptyTables(@Variable("results") DataTestResults results) {
        return results.dropEmptyTables().orElse(new SqlStep("no test has passed", "", "select 1"));
    }

    /** Ends the run if a test of severity error has failed; the side file with the failing rows stays. */
    public void requirePassed(@Variable("results") DataTestResults results) {
        results.failure().ifPresent(failure -> {
            warehouse.close();
            throw failure;
        });
    }

    /** A table that goes to S3, and the local file it is exported to. */
    public record Export(String table, String fileName, File file) {}

    /** What is published on S3: the models that the project says are. */
    public List<Export> exports() {
        return project().publishedModels().stream()
                .map(model -> new Export(
                        model,
                        model + ".parquet",
                        beside("." + model + ".parquet").toFile()))
                .toList();
    }

    /** The steps that write the exports. */
    public List<SqlStep> exportSteps() {
        return exports().stream()
                .map(export -> new SqlStep(
                        "export " + export.table(),
                        "",
                        "copy (" + project().select(export.table()) + ") to "
                                + SqlText.literal(export.file().toString())
                                + " (format parquet, compression zstd)"))
                .toList();
    }

    /** The step that notes the build in the side file. */
    public SqlStep noteStep(String loadId, @Variable("results") DataTestResults results) {
        return project().noteBuild(loadId, results);
    }

    /** The steps that ask for what the report shows. */
    public List<SqlStep> reportSteps() {
        return project().analyses();
    }

    /** Puts the side file in the place of the published one. */
    public void publish() throws IOException {
        try {
            warehouse.close();
        } catch (PipelineException e) {
            deleteUnpublished();
            throw e;
        }
        Files.move(sideFile(), published, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        for (Export export : exports()) {
            Files.deleteIfExists(export.file().toPath());
        }
    }

    /** Says which model or test has failed, and in which file; a build that the disk has refused makes room again. */
    public void fail(@Variable("step") SqlStep step, @ExchangeException SQLException failure)
            throws IOException, SQLException {
        PipelineException named = project().failure(step, failure);
        if (named.exitCode() == ExitCode.LOCAL_DISK) {
            warehouse.abandon();
            deleteUnpublished();
        }
        throw named;
    }

    private void deleteUnpublished() throws IOException {
        Files.deleteIfExists(sideFile());
        Files.deleteIfExists(beside(SIDE_FILE + ".wal"));
        for (Export export : exports()) {
            Files.deleteIfExists(export.file().toPath());
        }
    }

    private Path sideFile() {
        return beside(SIDE_FILE);
    }

    private Path beside(String suffix) {
        return published.resolveSibling(published.getFileName() + suffix);
    }
}
