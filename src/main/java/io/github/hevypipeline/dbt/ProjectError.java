package io.github.hevypipeline.dbt;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;

/** Makes the error that a mistake in a project's file ends in. Thread-safe. */
public final class ProjectError {
    private static final String MEND = "Correct that file, then run again.";

    private ProjectError() {}

    public static ConfigError in(String file, String problem) {
        return new ConfigError(ExitCode.CONFIGURATION, file + ": " + problem, MEND);
    }

    public static ConfigError in(String file, int line, String problem) {
        return in(line > 0 ? file + ", line " + line : file, problem);
    }

    public static ConfigError in(String file, int line, String problem, Throwable origin) {
        String place = line > 0 ? file + ", line " + line : file;
        return new ConfigError(ExitCode.CONFIGURATION, place + ": " + problem, MEND, origin);
    }
}
