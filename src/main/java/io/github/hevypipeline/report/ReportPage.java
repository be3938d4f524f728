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
 * The training report: one HTML file with its script, its style and its data inside, which asks the network for nothing.
 *
 * <p>Used by one run at a time. It is written beside its place and then moved there, so a reader sees it whole. What it
 * shows is data only: no text can end the element that holds it, and the page runs no script but its own, by its hash.
 */
public final class ReportPage {
    /** In the place of a path: no report is wanted. */
    public static final String NONE = "none";

    /** Where the library of charts says which version it is, which is a part of the paths of its files. */
    private static final String CHARTS_VERSION = "/META-INF/maven/org.webjars.npm/uplot/pom.properties";

    /** As it was named; null if none is wanted. */
    private final Path named;
    /** With links followed. */
    private final OutputFile output;

    /** {@code path} is seen from the folder of the DuckDB file; {@code none} means that no report is wanted. */
    public ReportPage(String duckdbFile, String path) {
        this.named =
                path.equals(NONE) ? null : Path.of(duckdbFile).toAbsolutePath().resolveSibling(path);
        this.output = named == null ? null : OutputFile.at(named);
    }

    /** Whether a report is to be written at all. */
    public boolean isWanted() {
        return named != null;
    }

    /** Whether a report is wanted and not there. */
    public boolean isMissing() {
        return isWanted() && !Files.exists(named);
    }

    /**
     * Requires that the report can be put in its place, if one is wanted.
     *
     * @throws SystemError if it cannot
     */
    public void requireTarget() {
        if (isWanted()) {
            OutputFile.require("REPORT_PATH", named);
        }
    }

    /** Removes a report that was not moved to its place; after a good end there is none. */
    public void discardUnpublished() throws IOException {
        if (isWanted()) {
            Files.deleteIfExists(newFile().toPath());
        }
    }

    /** Begins to collect what the report shows. */
    public Map<String, String> newData() {
        return new TreeMap<>();
    }

    /** Takes what one query has found: one row with its {@code name} and its {@code json}. */
    public void add(@Variable("reportData") Map<String, String> data, @Body Iterable<Map<String, Object>> rows) {
        rows.forEach(row -> data.put((String) row.get("name"), (String) row.get("json")));
    }

    /** Writes the report beside its place. */
    public void write(@Variable("reportData") Map<String, String> data) throws IOException {
        Files.createDirectories(output.place().getParent());
        Path whole = newFile().toPath();
        Files.deleteIfExists(whole);
        Files.createFile(whole);
        OutputFile.makePrivate(whole);
        Files.writeString(whole, page(data));
    }

    /** The report that waits to be moved to its place. */
    public File newFile() {
        return output.place().resolveSibling("." + output.place().getFileName()).toFile();
    }

    /** Moves the new report to its place. */
    public void publish() throws IOException {
        output.replaceWith(newFile().toPath());
    }

    /** The report in its place, in UTF-8; null if there is none. */
    public byte[] read() throws IOException {
        try {
            return named == null ? null : Files.readAllBytes(named);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Where the report is, as a browser opens it. */
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
