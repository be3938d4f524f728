package io.github.hevypipeline.report;

import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.files.OutputFile;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * The training report: one self-contained HTML file that makes no network request.
 *
 * <p>Used by one run at a time. It is published with an atomic rename. No text can end the element that holds the data, and
 * a content security policy allows only the page's own script, by its hash.
 */
public final class ReportPage {
    /** The value of REPORT_PATH for no report. */
    public static final String NONE = "none";

    /** The version of the chart library, which is part of the paths of its files. */
    private static final String CHARTS_VERSION = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

    /** Null for no report. */
    private final Path named;
    /** The file with links followed; null for no report. */
    private final OutputFile output;

    /** {@code path} is relative to the folder of the DuckDB file, or {@link #NONE}. */
    public ReportPage(String duckdbFile, String path) {
        this.named =
                path.equals(NONE) ? null : Path.of(duckdbFile).toAbsolutePath().resolveSibling(path);
        this.output = named == null ? null : OutputFile.at(named);
    }

    /** Whether the run writes a report. */
    public boolean isWanted() {
        return named != null;
    }

    /** Whether the report is wanted but does not exist. */
    public boolean isMissing() {
        return isWanted() && !Files.exists(named);
    }

    /**
     * Checks that the report can be written, if one is wanted.
     *
     * @throws SystemError if it cannot
     */
    public void requireTarget() {
        if (isWanted()) {
            OutputFile.require("REPORT_PATH", named);
        }
    }

    /** Deletes the unpublished report of a failed run, if there is one. */
    public void discardUnpublished() throws IOException {
        if (isWanted()) {
            Files.deleteIfExists(newFile().toPath());
        }
    }

    /** A new collection of results, by name. */
    public Map<String, String> newData() {
        return new TreeMap<>();
    }

    /** Adds the result of a query: rows with {@code name} and {@code json}. */
    public void add(@Variable("reportData") Map<String, String> data, @Body Iterable<Map<String, Object>> rows) {
        rows.forEach(row -> data.put((String) row.get("name"), (String) row.get("json")));
    }

    /** Writes the unpublished report. */
    public void write(@Variable("reportData") Map<String, String> data) throws IOException {
        Files.createDirectories(output.place().getParent());
        Path whole = newFile().toPath();
        Files.deleteIfExists(whole);
        Files.createFile(whole);
        OutputFile.makePrivate(whole);
        Files.writeString(whole, page(data));
    }

    /** The unpublished report. */
    public File newFile() {
        return output.place().resolveSibling("." + output.place().getFileName()).toFile();
    }

    /** Publishes the report with an atomic rename. */
    public void publish() throws IOException {
        output.replaceWith(newFile().toPath());
    }

    /** The published report in UTF-8; null if there is none. */
    public byte[] read() throws IOException {
        try {
            return named == null ? null : Files.readAllBytes(named);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The URL of the published report. */
    public String address() {
        return named.toUri().toString();
    }

    private static String page(Map<String, String> data) throws IOException {
        String charts = charts();
        String json = data.entrySet().stream()
                .map(entry -> '"' + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",\n", "{", "}"));
        return new PageTemplate(
                        PageTemplate.text("/report/report.html"),
                        PageTemplate.style(charts + "uPlot.min.css", "/report/report.css"),
                        PageTemplate.script(charts + "uPlot.iife.min.js", "/report/report.js"))
                .filledWith(json);
    }

    private static String charts() throws IOException {
        Properties library = new Properties();
        library.load(new StringReader(PageTemplate.text(CHARTS_VERSION)));
        return "/META-INF/resources/webjars/uplot/" + library.getProperty("version") + "/dist/";
    }
}
