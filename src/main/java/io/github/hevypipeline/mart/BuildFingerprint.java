package io.github.hevypipeline.mart;

import io.github.hevypipeline.project.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The record, in the work folder, of the load and the project that the DuckDB file was built from, and of the models and
 * tests that are up to date in it.
 *
 * <p>Used by one run at a time. If the DuckDB file was changed since or is gone, nothing in it is up to date.
 */
final class BuildFingerprint {
    /** Load, project, program; the file's size and time. */
    private static final int LINES_OF_KEY = 5;

    private static final int LINE_OF_PROJECT = 1;
    private static final int LINE_OF_PROGRAM = 2;
    private static final int LINE_OF_FINGERPRINT = LINES_OF_KEY;
    private static final int LINE_OF_EXTENT = LINES_OF_KEY + 1;
    private static final int LINES_BEFORE_IDS = LINES_OF_KEY + 2;

    /** In place of the fingerprint, if the next run must build in any case. */
    private static final String ALWAYS_STALE = "-";

    private static final String COMPLETE = "complete";
    private static final String IN_PART = "in part";
    private static final Set<String> EXTENTS = Set.of(COMPLETE, IN_PART);

    private final Path file;
    private final Path database;

    BuildFingerprint(Path file, Path database) {
        this.file = file;
        this.database = database;
    }

    /** The ids of the models and tests that are up to date with a load and a project. */
    Set<String> upToDate(String load, String project) throws IOException {
        List<String> lines = lines();
        return !lines.isEmpty() && lines.subList(0, LINES_OF_KEY).equals(key(load, project)) ? ids(lines) : Set.of();
    }

    /** Whether everything selected is up to date with a load; the fingerprint is of the project and the selection. */
    boolean isUpToDate(String load, String fingerprint) throws IOException {
        List<String> lines = lines();
        return !lines.isEmpty()
                && lines.get(LINE_OF_FINGERPRINT).equals(fingerprint)
                && lines.subList(0, LINES_OF_KEY).equals(key(load, lines.get(LINE_OF_PROJECT)));
    }

    /** Whether every model of the project was up to date when the file was published. */
    boolean isComplete() throws IOException {
        List<String> lines = lines();
        return !lines.isEmpty() && lines.get(LINE_OF_EXTENT).equals(COMPLETE);
    }

    /** Whether this program has compiled and built the project and selection of this fingerprint. */
    boolean knows(String fingerprint) throws IOException {
        List<String> lines = lines();
        return !lines.isEmpty()
                && lines.get(LINE_OF_FINGERPRINT).equals(fingerprint)
                && lines.get(LINE_OF_PROGRAM).equals(Program.id());
    }

    private List<String> lines() throws IOException {
        return Files.exists(database) ? read() : List.of();
    }

    /** Ignores a record of another format, written by an earlier version. */
    private List<String> read() throws IOException {
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        boolean isWhole = lines.size() >= LINES_BEFORE_IDS && EXTENTS.contains(lines.get(LINE_OF_EXTENT));
        return isWhole ? lines : List.of();
    }

    /** The ids of what was up to date when the file was published; null without a record. */
    Set<String> recorded() throws IOException {
        List<String> lines = read();
        return lines.isEmpty() ? null : ids(lines);
    }

    /** {@code fingerprint} is null if a model that was built does not count as up to date. */
    void record(String load, String project, String fingerprint, boolean isComplete, Set<String> ids)
            throws IOException {
        List<String> lines = new ArrayList<>(key(load, project));
        lines.add(fingerprint == null ? ALWAYS_STALE : fingerprint);
        lines.add(isComplete ? COMPLETE : IN_PART);
        lines.addAll(new TreeSet<>(ids));
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
    }

    private static Set<String> ids(List<String> lines) {
        return new LinkedHashSet<>(lines.subList(LINES_BEFORE_IDS, lines.size()));
    }

    private List<String> key(String load, String project) throws IOException {
        return List.of(
                load,
                project,
                Program.id(),
                Long.toString(Files.size(database)),
                Files.getLastModifiedTime(database).toString());
    }
}
