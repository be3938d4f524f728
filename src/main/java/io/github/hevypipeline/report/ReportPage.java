package io.github.hevypipeline.report;

import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.project.OutputFile;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

    private static final String CHARTS = "/META-INF/resources/webjars/uplot/%s/dist/";

    private final Path place;

    /** {@code path} is seen from the folder of the DuckDB file; {@code none} means that no report is wanted. */
    public ReportPage(String duckdbFile, String path) {
        this.place =
                path.equals(NONE) ? null : Path.of(duckdbFile).toAbsolutePath().resolveSibling(path);
    }

    /** Whether a report is to be written at all. */
    public boolean isWanted() {
        return place != null;
    }

    /** Whether a report is wanted and not there. */
    public boolean isMissing() {
        return isWanted() && !Files.exists(place);
    }

    /**
     * Requires that the report can be put in its place, if one is wanted.
     *
     * @throws SystemError if it cannot
     */
    public void requireTarget() {
        if (isWanted()) {
            OutputFile.require("REPORT_PATH", place);
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
        Files.createDirectories(place.getParent());
        Files.writeString(newFile().toPath(), page(data));
    }

    /** The report that waits to be moved to its place. */
    public File newFile() {
        return place.resolveSibling("." + place.getFileName()).toFile();
    }

    /** Moves the new report to its place. */
    public void publish() throws IOException {
        Files.move(newFile().toPath(), place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The report in its place, in UTF-8; null if there is none. */
    public byte[] read() throws IOException {
        try {
            return place == null ? null : Files.readAllBytes(place);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Where the report is, as a browser opens it. */
    public String address() {
        return place.toUri().toString();
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
        return CHARTS.formatted(library.getProperty("version"));
    }
}
