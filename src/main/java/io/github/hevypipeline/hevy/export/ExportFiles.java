package io.github.hevypipeline.hevy.export;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.UserPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;

/**
 * The exports that {@code HEVY_EXPORT} names: a file, a folder, or a pattern such as {@code ~/Downloads/work*.csv}.
 *
 * <p>Immutable. Of several files the newest of each kind counts; files of a folder or pattern that are no export are
 * passed over.
 *
 * @param workouts the newest export of workouts
 * @param measurements the newest export of measurements, if there is one
 * @param unreadable a message for each file that is newer than {@code workouts}, but cannot be read
 */
public record ExportFiles(Path workouts, Optional<Path> measurements, List<String> unreadable) {
    private static final String EXPORT =
            "Export the workouts in the app (Settings, Export & import data) and set HEVY_EXPORT" + " to the file.";

    public ExportFiles {
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Finds the exports.
     *
     * @throws ConfigError if there is no export of workouts
     */
    public static ExportFiles find(String location) {
        Path place = UserPath.of(location);
        List<Path> files = Files.isRegularFile(place) ? List.of(place) : newestFirst(place);
        boolean single = Files.isRegularFile(place);
        Optional<Path> workouts = Optional.empty();
        Optional<Path> measurements = Optional.empty();
        List<String> unreadable = new ArrayList<>();
        for (Path file : files) {
            Optional<ExportKind> kind = kind(file, single, workouts.isEmpty() ? unreadable : new ArrayList<>());
            if (kind.filter(ExportKind.WORKOUTS::equals).isPresent() && workouts.isEmpty()) {
                workouts = Optional.of(file);
            } else if (kind.filter(ExportKind.MEASUREMENTS::equals).isPresent() && measurements.isEmpty()) {
                measurements = Optional.of(file);
            }
        }
        if (workouts.isEmpty()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION, "There is no export of Hevy's workouts in " + location + ".", EXPORT);
        }
        return new ExportFiles(workouts.get(), measurements, unreadable);
    }

    /** The names, sizes and times of modification of the files; the same as long as none is written, added or removed. */
    public static String state(String location) {
        Path place = UserPath.of(location);
        StringBuilder state = new StringBuilder();
        try {
            for (Path file : Files.isRegularFile(place) ? List.of(place) : newestFirst(place)) {
                state.append(file.getFileName())
                        .append('\0')
                        .append(Files.size(file))
                        .append('\0')
                        .append(modified(file))
                        .append('\n');
            }
            return state.toString();
        } catch (IOException | ConfigError e) {
            // A file that has just gone, or a folder that cannot be read: a run says so.
            return "";
        }
    }

    /** Whether a location is a folder, in which an export may still arrive. */
    public static boolean isFolder(String location) {
        return Files.isDirectory(UserPath.of(location));
    }

    private static Optional<ExportKind> kind(Path file, boolean single, List<String> unreadable) {
        try {
            return ExportKind.of(file);
        } catch (ConfigError e) {
            if (single) {
                throw e;
            }
            unreadable.add(e.getMessage());
            return Optional.empty();
        }
    }

    private static List<Path> newestFirst(Path place) {
        boolean folder = Files.isDirectory(place);
        Path parent = folder || place.getParent() == null ? folder ? place : Path.of("") : place.getParent();
        String pattern = folder ? "*.csv" : place.getFileName().toString();
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(parent, pattern)) {
            found.forEach(files::add);
        } catch (IOException | PatternSyntaxException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION, "HEVY_EXPORT cannot be read: " + e.getMessage() + ".", EXPORT, e);
        }
        files.removeIf(file -> !Files.isRegularFile(file));
        files.sort(Comparator.comparing(ExportFiles::modified).reversed());
        return files;
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
