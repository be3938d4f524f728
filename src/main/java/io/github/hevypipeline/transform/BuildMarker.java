package io.github.hevypipeline.transform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The note, in the work folder, of what the DuckDB file was made from and what in it is up to date with that.
 *
 * <p>Used by one run at a time. A file that was changed since, or lost, has nothing that is up to date.
 */
final class BuildMarker {
    /** Load, project, program; the file's size and time. */
    private static final int LINES_BEFORE_IDS = 5;

    private final Path marker;
    private final Path database;

    BuildMarker(Path marker, Path database) {
        this.marker = marker;
        this.database = database;
    }

    /** The ids of what is up to date with a load and a project. */
    Set<String> upToDate(String load, String project) throws IOException {
        if (!Files.exists(marker) || !Files.exists(database)) {
            return Set.of();
        }
        List<String> lines = Files.readAllLines(marker);
        return lines.size() >= LINES_BEFORE_IDS
                        && lines.subList(0, LINES_BEFORE_IDS).equals(key(load, project))
                ? ids(lines)
                : Set.of();
    }

    /** The ids of what was up to date when the file was published; null if nobody has noted that. */
    Set<String> noted() throws IOException {
        return Files.exists(marker) ? ids(Files.readAllLines(marker)) : null;
    }

    void note(String load, String project, Set<String> ids) throws IOException {
        List<String> lines = new ArrayList<>(key(load, project));
        lines.addAll(new TreeSet<>(ids));
        Files.createDirectories(marker.getParent());
        Files.write(marker, lines);
    }

    private static Set<String> ids(List<String> lines) {
        return new LinkedHashSet<>(lines.subList(Math.min(LINES_BEFORE_IDS, lines.size()), lines.size()));
    }

    private List<String> key(String load, String project) throws IOException {
        return List.of(
                load,
                project,
                String.valueOf(BuildMarker.class.getPackage().getImplementationVersion()),
                Long.toString(Files.size(database)),
                Files.getLastModifiedTime(database).toString());
    }
}
