package io.github.hevypipeline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.OutputFile;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import io.github.hevypipeline.lake.schema.TableDocs;
import io.github.hevypipeline.mart.BuildStats;
import io.github.hevypipeline.mart.EmptyBuild;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.report.DocsText;
import io.github.hevypipeline.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;

/**
 * Writes the documentation of the project: raw tables, models, tests and lineage, as HTML or Markdown.
 *
 * <p>Not thread-safe; used for one command. The file is replaced atomically.
 */
public final class Docs {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Format format;
    private final Path output;
    private final String timezone;
    private JsonNode built;
    private boolean held;
    private DbtProject project;

    /** The values of {@code --format}. */
    public enum Format {
        HTML,
        MARKDOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code output} is absolute; {@code timezone} is a part of the compiled SQL. */
    public Docs(Format format, Path output, String timezone) {
        this.format = format;
        this.output = output;
        this.timezone = timezone;
    }

    /**
     * The page as the command line asks for it.
     *
     * @param output the file to write; null for {@code docs.html} or {@code docs.md} beside the report
     * @throws ConfigError if the file is the report
     */
    static Docs of(Format format, Path output, Settings settings) {
        Path report =
                Path.of(settings.get("DBT_DUCKDB_PATH")).toAbsolutePath().resolveSibling(settings.get("REPORT_PATH"));
        Path file = output == null
                ? report.resolveSibling(format == Format.HTML ? "docs.html" : "docs.md")
                : output.toAbsolutePath();
        if (file.normalize().equals(report.normalize())) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    file + " is the report (REPORT_PATH).",
                    "Name another file with --output, or another REPORT_PATH.");
        }
        return new Docs(format, file, settings.get("PIPELINE_TIMEZONE"));
    }

    /** Whether the page has row counts. Markdown has none, so that it is the same on every machine. */
    public boolean isAboutRows() {
        return format == Format.HTML;
    }

    /** The SQL that counts the rows of the published DuckDB file, given its relations. */
    public SqlStep censusStep(@Body List<Map<String, Object>> listed) {
        return BuildStats.step(project(), listed);
    }

    /** Takes the result of {@link #censusStep}. */
    public void note(@Body List<Map<String, Object>> rows) throws IOException {
        built = JSON.readTree((String) rows.get(0).get("json"));
    }

    /** Whether another program holds the DuckDB file; the page then says so. Every other failure remains one. */
    public boolean noteIfHeld(@ExchangeException ConfigError refused) {
        held = refused.exitCode() == ExitCode.LOCAL_DISK;
        return held;
    }

    /**
     * Writes the page.
     *
     * @throws ConfigError if the output is a folder, or a model or schema is invalid
     */
    public void write() throws IOException {
        Path schemas = ProjectFolder.find("schemas", "resources.yaml").path();
        ObjectNode data = JSON.valueToTree(EmptyBuild.docs(project()));
        data.set("raw", JSON.valueToTree(TableDocs.of(DatasetSchema.read(schemas), ResourceCatalog.read(schemas))));
        data.set("built", built);
        data.put("held", held);
        DocsText docs = new DocsText(data);
        String text = isAboutRows() ? docs.html() : docs.markdown();
        if (Files.isDirectory(output)) {
            throw new ConfigError(ExitCode.CONFIGURATION, output + " is a folder.", "Give another --output.");
        }
        Files.createDirectories(output.getParent());
        OutputFile.at(output).write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The {@code file:} URL of the page. */
    public String address() {
        return output.toUri().toString();
    }

    private DbtProject project() {
        if (project == null) {
            project = DbtProject.find(timezone);
        }
        return project;
    }
}
