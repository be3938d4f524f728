package io.github.hevypipeline.hevy.export;

import io.github.hevypipeline.failure.ConfigError;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The two files that the app exports. */
public enum ExportKind {
    WORKOUTS,
    MEASUREMENTS;

    /**
     * Tells by its header which export a file is; empty if it is neither.
     *
     * @throws ConfigError if it is no readable CSV file at all
     */
    public static Optional<ExportKind> of(Path file) {
        List<String> header = new ExportFile(file).header();
        if (header.contains(WorkoutExport.START) && header.contains(WorkoutExport.EXERCISE)) {
            return Optional.of(WORKOUTS);
        }
        return MeasurementExport.isHeader(header) ? Optional.of(MEASUREMENTS) : Optional.empty();
    }
}
