package io.github.hevypipeline.hevy.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.TransientError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Variable;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responds to requests of Hevy's API from the app's export.
 *
 * <p>Thread-safe. Pages are read in order; one out of order costs a reading from the start.
 */
public final class ExportApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExportApi.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PAGE = Pattern.compile("(/v1/\\w+)\\?(?:.*&)?page=(\\d+)(?:&.*)?");
    private static final String WORKOUTS = "/v1/workouts";
    private static final int NOT_FOUND = 404;

    private final String location;
    private final ExportOptions options;
    private WorkoutExport workouts;
    private MeasurementExport measurements;
    private volatile boolean refused;
    private String list = "";
    private ExportPages pages;
    private int next;

    /**
     * Reads nothing yet.
     *
     * @param location a file, a folder or a pattern
     * @throws ConfigError if the language does not exist
     */
    public ExportApi(String location, String zone, String language) {
        this.location = location;
        this.options = new ExportOptions(ZoneId.of(zone), language);
        options.check();
    }

    /**
     * Finds the newest files and checks every record of them; the pages that follow come from them.
     *
     * @param titles pairs of a title and the id of its template, as the lake has them
     * @throws ConfigError if the export cannot be read, with line and column
     */
    public synchronized void open(Collection<Map.Entry<String, String>> titles) {
        close();
        refused = true;
        ExportFiles files = ExportFiles.find(location);
        ExerciseLibrary library = ExerciseLibrary.read().knowing(titles);
        workouts = WorkoutExport.read(files.workouts(), options, library);
        measurements = files.measurements()
                .map(file -> MeasurementExport.read(file, options))
                .orElse(null);
        refused = !files.unreadable().isEmpty();
        files.unreadable().forEach(problem -> LOG.warn("extract   a newer file is passed over: {}", problem));
        WorkoutExport.Summary found = workouts.summary();
        LOG.info(
                "extract   {}: {} workouts, {} sets, dates in {}",
                name(files.workouts()),
                found.workouts(),
                found.sets(),
                found.language());
        if (found.setsOfUnknownExercises() > 0) {
            LOG.warn(
                    "extract   {} sets are of {} exercises that Hevy's library does not have; their muscle is \"other\"",
                    found.setsOfUnknownExercises(),
                    found.unknownExercises().size());
        }
    }

    /**
     * Responds to one GET request, once {@link #open} has been called.
     *
     * @throws HttpOperationFailedException with 404 for a path that an export has nothing for
     * @throws TransientError if the file has changed since it was opened
     */
    public synchronized InputStream respond(@Variable("path") String path)
            throws IOException, HttpOperationFailedException {
        Matcher request = PAGE.matcher(path);
        if (!request.matches()) {
            throw notFound(path);
        }
        int page = Integer.parseInt(request.group(2));
        if (!request.group(1).equals(list) || page != next) {
            close();
            pages = pages(request.group(1), path);
            list = request.group(1);
            next = 1;
        }
        if (page > pages.pageCount()) {
            throw notFound(path);
        }
        JsonNode response = null;
        for (; next <= page; next++) {
            response = pages.next();
        }
        return stream(response);
    }

    /** Whether the newest file could not be read last. */
    public boolean isRefused() {
        return refused;
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private ExportPages pages(String path, String request) throws HttpOperationFailedException {
        return switch (path) {
            case WORKOUTS -> workouts.pages();
            case "/v1/body_measurements" -> {
                if (measurements == null) {
                    throw notFound(request);
                }
                yield measurements.pages();
            }
            default -> throw notFound(request);
        };
    }

    private static InputStream stream(JsonNode response) throws IOException {
        return new ByteArrayInputStream(JSON.writeValueAsBytes(response));
    }

    private static HttpOperationFailedException notFound(String path) {
        return new HttpOperationFailedException(path, NOT_FOUND, "not in an export", null, Map.of(), "");
    }

    @Override
    public synchronized void close() {
        if (pages != null) {
            pages.close();
            pages = null;
        }
        list = "";
    }
}
