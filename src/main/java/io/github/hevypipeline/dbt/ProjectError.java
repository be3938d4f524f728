package io.github.hevypipeline.dbt;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;

/** Creates the error for a mistake in a project file. A line of 0 is unknown. Thread-safe. */
public final class ProjectError {
    private static final String NEXT_STEP = "Correct that file, then run again.";

    private ProjectError() {}

    public static ConfigError in(String file, String problem) {
        return new ConfigError(ExitCode.CONFIGURATION, file + ": " + problem, NEXT_STEP);
    }

    public static ConfigError in(String file, int line, String problem) {
        return in(place(file, line), problem);
    }

    public static ConfigError in(String file, int line, String problem, Throwable cause) {
        return new ConfigError(ExitCode.CONFIGURATION, place(file, line) + ": " + problem, NEXT_STEP, cause);
    }

    private static String place(String file, int line) {
        return line > 0 ? file + ", line " + line : file;
    }
}
